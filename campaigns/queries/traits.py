"""What is asked of the database for the columns that audiences are counted from.

Both read temporary tables of campaigns.actions.traits: `asked` has the customers, `theirs` their
events of the last years with their amounts in the company's currency.
"""

SAID = """
    SELECT r.customer_id, 'everybody' AS key, 1 AS value FROM asked JOIN customers_record r
        USING (customer_id) GROUP BY 1
    UNION ALL SELECT id, 'country:' || country, 1 FROM customers_customer
        JOIN asked ON id = customer_id WHERE country <> ''
    UNION ALL SELECT customer_id, 'bought', max(day) - %(day_0)s FROM theirs
        WHERE kind = ANY(%(bought)s) GROUP BY 1
    UNION ALL SELECT customer_id, 'ordered', max(day) - %(day_0)s FROM theirs
        WHERE kind = 'order' GROUP BY 1
    UNION ALL SELECT customer_id, 'orders', count(DISTINCT day) FROM theirs
        WHERE kind = ANY(%(bought)s) AND day > %(today)s - %(year)s GROUP BY 1
    UNION ALL SELECT customer_id, 'order_count', count(*) FROM theirs
        WHERE kind = 'order' AND day > %(today)s - %(year)s GROUP BY 1
    UNION ALL SELECT customer_id, 'spend', round(coalesce(sum(amount), 0) * %(parts)s) FROM theirs
        WHERE kind = 'order' AND day > %(today)s - %(year)s GROUP BY 1
    UNION ALL SELECT customer_id, 'category:' || category, max(day) - %(day_0)s FROM theirs
        WHERE kind = ANY(%(bought)s) AND category <> '' GROUP BY 1, 2
    UNION ALL SELECT customer_id, 'viewed:' || category, max(day) - %(day_0)s FROM theirs
        WHERE kind = 'view' AND category <> '' GROUP BY 1, 2
    UNION ALL SELECT customer_id, 'channel:' || channel, max(day) - %(day_0)s FROM theirs
        WHERE kind = ANY(%(came)s) AND channel <> '' GROUP BY 1, 2
    UNION ALL SELECT customer_id, 'store:' || store, max(day) - %(day_0)s FROM theirs
        WHERE kind = ANY(%(came)s) AND store <> '' GROUP BY 1, 2
    UNION ALL SELECT c.customer_id, 'complaint', max(c.day) - %(day_0)s FROM theirs c
        WHERE c.kind = ANY(%(cases)s) AND NOT EXISTS (
            SELECT FROM theirs a WHERE a.customer_id = c.customer_id AND a.kind = 'contact'
            AND a.transactional AND a.source_id = c.source_id AND a.at >= c.at
        ) GROUP BY 1
    UNION ALL SELECT certain_id, 'consent:' || channel || ':' || purpose, 1 FROM (
        SELECT DISTINCT ON (record_id, pair.channel, pair.purpose)
            certain_id, pair.channel, pair.purpose, is_allowed
        FROM asked JOIN customers_record r ON r.certain_id = asked.customer_id
        JOIN customers_consent c ON c.record_id = r.id
        JOIN (
            SELECT DISTINCT channel, purpose FROM customers_consent WHERE channel <> 'every'
        ) pair ON pair.purpose = c.purpose
            AND (pair.channel = c.channel OR c.channel = 'every' AND NOT is_allowed)
        ORDER BY record_id, pair.channel, pair.purpose, told_at DESC, c.id DESC
    ) latest GROUP BY certain_id, channel, purpose HAVING bool_and(is_allowed)
    UNION ALL SELECT DISTINCT customer_id,
            'prefers:' || substr(said.key, 9) || '=' || left(said.value, 100), 1
        FROM asked JOIN customers_record r USING (customer_id)
        CROSS JOIN jsonb_each_text(r.attributes) said WHERE starts_with(said.key, 'prefers.')
    UNION ALL SELECT r.customer_id, 'in:' || initiative_id, 1 FROM asked
        JOIN customers_record r USING (customer_id)
        JOIN campaigns_assignment a ON a.record_id = r.id GROUP BY 1, 2
"""
"""Rows of a customer, the key of a column, and the value in it."""

RHYTHMS = """
    SELECT customer_id, product, (array_agg(category ORDER BY day DESC))[1], array_agg(DISTINCT day)
    FROM theirs WHERE kind = ANY(%(bought)s) AND product <> ''
    GROUP BY 1, 2 HAVING count(DISTINCT day) > %(intervals)s
"""
"""The days on which each customer bought each product, where they are enough for a rhythm."""
