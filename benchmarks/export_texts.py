"""Texts, comments, passages and times for the study that `bench_exports` times: `--texts`.

A turn of 600 characters and two replies of 600 to an item; a comment to every tenth rating, a marked passage
to every fourth, a time at which each was shown; the last question becomes a choice between the two replies.
Written straight in the database, once.
"""

from __future__ import annotations

from django.db import connection

from annotation.models import Study, Turn

# Words that the scan for identifiers has to read, and that tell nobody.
WORDS = "I have been sleeping badly since the move, and nobody at home seems to notice it much. "
COMMENT = "Kind in tone, but it does not take up what was said about sleep."
# Where the marked passage stands in every first reply.
START, END = 7, 20

TEXTS = """
INSERT INTO annotation_turn (position, speaker, text, conversation_id)
SELECT 1, 'seeker', left(id || ': ' || repeat(%(words)s, 8), 600), id
    FROM annotation_conversation WHERE study_id = %(study)s;
INSERT INTO annotation_response (code, created_at, position, text, item_id)
SELECT 'p' || p || lpad(i.id::text, 10, '0'), now(), p,
    left(p || ' of ' || i.id || ': ' || repeat(%(words)s, 8), 600), i.id
    FROM annotation_item i CROSS JOIN generate_series(1, 2) p WHERE i.study_id = %(study)s;
INSERT INTO rating_presentation (code, created_at, language, wording, question_order, response_order,
    position, shown_at, rater_id, rubric_version_id, slot_id)
SELECT 'v' || substr(r.code, 2), now(), 'en', '', '[]',
    CASE WHEN s.number %% 2 = 0 THEN '[1, 2]' ELSE '[2, 1]' END::jsonb,
    1 + s.number / 90, r.submitted_at - interval '45.5 seconds', r.rater_id, r.rubric_version_id, s.id
    FROM rating_rating r JOIN annotation_slot s ON s.id = r.slot_id JOIN annotation_plan p ON p.id = s.plan_id
    WHERE p.study_id = %(study)s;
UPDATE rating_rating r SET presentation_id = v.id,
    comment = CASE WHEN r.id %% 10 = 0 THEN %(comment)s ELSE '' END
    FROM rating_presentation v JOIN annotation_slot s ON s.id = v.slot_id
    JOIN annotation_plan p ON p.id = s.plan_id WHERE v.slot_id = r.slot_id AND p.study_id = %(study)s;
INSERT INTO rating_evidence (target, label, severity, start, "end", quote, question_id, rating_id)
SELECT 'response:1', '', NULL, %(start)s, %(end)s, substr(t.text, %(start)s + 1, %(end)s - %(start)s), q.id,
    r.id
    FROM rating_rating r JOIN annotation_slot s ON s.id = r.slot_id JOIN annotation_plan p ON p.id = s.plan_id
    JOIN annotation_response t ON t.item_id = s.item_id AND t.position = 1
    JOIN annotation_question q ON q.version_id = r.rubric_version_id AND q.position = 1
    WHERE p.study_id = %(study)s AND r.id %% 4 = 0;
INSERT INTO annotation_scale (key, measurement, version_id)
SELECT 'sides', 'ordinal', v.id FROM annotation_rubricversion v JOIN annotation_rubric b ON b.id = v.rubric_id
    WHERE b.study_id = %(study)s;
INSERT INTO annotation_level (value, label, definition, scale_id)
SELECT n, 'Side ' || n, '', c.id FROM annotation_scale c
    JOIN annotation_rubricversion v ON v.id = c.version_id JOIN annotation_rubric b ON b.id = v.rubric_id
    CROSS JOIN generate_series(-2, 2) n WHERE b.study_id = %(study)s AND c.key = 'sides';
UPDATE annotation_question q SET kind = 'pair', target = 'pair', scale_id = c.id
    FROM annotation_scale c JOIN annotation_rubricversion v ON v.id = c.version_id
    JOIN annotation_rubric b ON b.id = v.rubric_id
    WHERE b.study_id = %(study)s AND c.key = 'sides' AND q.version_id = v.id AND q.position = 4;
UPDATE rating_answer a SET value = a.value - 3, target = 'pair:1-2', level_id = l.id
    FROM annotation_question q JOIN annotation_level l ON l.scale_id = q.scale_id
    JOIN annotation_rubricversion v ON v.id = q.version_id JOIN annotation_rubric b ON b.id = v.rubric_id
    WHERE b.study_id = %(study)s AND q.kind = 'pair' AND a.question_id = q.id AND l.value = a.value - 3;
"""


def add_texts(study: Study) -> None:
    """Once: a study that has turns is left as it is."""
    if Turn.objects.filter(conversation__study=study).exists():
        return
    values: dict[str, str | int] = {
        "study": study.pk,
        "words": WORDS,
        "comment": COMMENT,
        "start": START,
        "end": END,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in TEXTS.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE")
