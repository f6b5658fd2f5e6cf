from django.db import migrations


def give_all(apps, schema_editor):
    """Tokens made before there were scopes could do all that their login can, and still do."""
    tokens = apps.get_model("annotation", "ApiToken").objects.using(schema_editor.connection.alias)
    tokens.filter(scopes=[]).update(scopes=["all"])


class Migration(migrations.Migration):
    dependencies = [("annotation", "0011_seals_tokens_and_hooks")]

    operations = [migrations.RunPython(give_all, migrations.RunPython.noop)]
