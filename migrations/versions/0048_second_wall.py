"""The second wall between coalitions, on PostgreSQL: row-level security

The index over the search's tokens goes into a table of its own, without a policy: where there is one, PostgreSQL
finds by `@@` only after it has asked the policy of every row, without the index. It holds runs of three letters
and the numbers of documents; the documents themselves, with their words, are behind the wall.
"""

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

# Those of the models that are a coalition's (`Tenant`), and what is found of them. A migration that makes another
# table makes its policy, too.
TABLES = """
action_item agenda_item ask assignment attendance bulk_edit calendar_file call_queue change_subscription
co_sponsorship commitment contact contact_word decision demand demand_version door_wish editorial_proposal
ending endorsement endorsement_change erasure event event_access event_role event_snapshot event_split
event_value evidence export follow_up group_link group_logo group_session handover import import_row
imported_event interaction invitation likely_pair listed_name listed_words meeting_offer membership minutes
morning_mail name_request occurrence organization organization_merge organization_standing organization_tag
organization_value partner_calendar partner_date pasted_list policy_step private_feed queue_entry role_taking
rsvp rsvp_limit rung saved_mapping search_document shown_turnout sign_in_page sign_on sign_on_answer stage_change stand_record
standing_change stored_chunk stored_file tag target turnout_count turnout_date wording
"""
# What the transaction named (crm/core/wall.py): NULL for all coalitions, 0 for none, which is no coalition's.
# In a select of its own, it is read once in a statement and not for each row.
NAMED = (
    "(SELECT nullif(coalesce(nullif(current_setting('muster.coalition', true), ''), '0'), 'all')::integer)"
)
# Whether a row is of that. Said so that the planner takes it for nearly always true: statements ask for their
# coalition themselves, and taken for two conditions one after the other they were planned for hardly any row.
RULE = f"nullif(coalition_id = coalesce({NAMED}, coalition_id), false) IS NOT NULL"
INDEX_APART = (
    "CREATE TABLE search_index (id integer PRIMARY KEY, vector tsvector NOT NULL)",
    "INSERT INTO search_index SELECT id, vector FROM search_document",
    "ALTER TABLE search_document DROP COLUMN vector",
    # With a short list of pending entries (kB): for the default one the planner reads the whole table instead.
    "CREATE INDEX ix_search_index_vector ON search_index USING gin (vector) WITH (gin_pending_list_limit = 256)",
    "CREATE FUNCTION keep_search_index() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'DELETE' THEN DELETE FROM search_index WHERE id = OLD.id; "
    "ELSE INSERT INTO search_index VALUES (NEW.id, array_to_tsvector(string_to_array(NEW.tokens, ' '))) "
    "ON CONFLICT (id) DO UPDATE SET vector = excluded.vector; END IF; RETURN NULL; END $$",
    "CREATE TRIGGER search_document_indexed AFTER INSERT OR UPDATE OF tokens OR DELETE ON search_document "
    "FOR EACH ROW EXECUTE FUNCTION keep_search_index()",
)
INDEX_BACK = (
    "DROP TRIGGER search_document_indexed ON search_document",
    "DROP FUNCTION keep_search_index()",
    "DROP TABLE search_index",
    "ALTER TABLE search_document ADD COLUMN vector tsvector "
    "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED",
    "CREATE INDEX ix_search_document_vector ON search_document USING gin (vector) "
    "WITH (gin_pending_list_limit = 256)",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in INDEX_APART:
            op.execute(statement)
        for table in TABLES.split():
            op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            # Their owner, too: where one role does everything, it is the program.
            op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            op.execute(f'CREATE POLICY one_coalition ON "{table}" USING ({RULE})')


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES.split():
            op.execute(f'DROP POLICY one_coalition ON "{table}"')
            op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
            op.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
        for statement in INDEX_BACK:
            op.execute(statement)
