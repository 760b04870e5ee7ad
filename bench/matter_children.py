"""A letter to the hotline and an official document for every matter of a big register, by SQL alone.

The words of the texts are drawn from four thousand pairs of common letters, so that a word of two
letters stands in about one text of fifty, as 检查 or 整改 do.
"""

from __future__ import annotations

import random
from typing import Any

import psycopg

LETTERS = "安全检查电梯锅炉压力容器整改通知监督管理设备使用登记单位公司市县质量报告消费投诉举报隐患排查处理标准执法技术法规培训会议年度工作计划情况问题责任落实措施要求组织开展专项行动重点区域企业生产经营"
WORDS = 4000
CHILDREN = ("hotline_hotlinematter", "documents_document")
PRODUCTS = (
    "电热水器",
    "电动自行车",
    "压力锅",
    "燃气灶",
    "奶粉",
    "白酒",
    "化肥",
    "农药",
    "装饰板",
    "电线电缆",
)
_FRAGMENTS = 20_000
_LETTERS_SQL = """
INSERT INTO hotline_hotlinematter (matter_id, nature, account, demand, named, important, against_name,
    against_address, against_phone, against_uscc, product_name, product_category, product_model, brand,
    batch, quantity, goods_value, bought_at, position, address, recovered, fined, spam, answer, sent_as)
SELECT m.id, (ARRAY['complaint', 'report', 'question'])[1 + m.id %% 3], f.text, '', true, m.id %% 20 = 0,
       g.name || (ARRAY['商场', '超市', '经营部', '有限公司'])[1 + m.id %% 4], '', '', '',
       (%(products)s::text[])[1 + m.id %% %(kinds)s], 'c' || m.id %% 40, '', '', '', '', m.id %% 5000, '',
       ST_SetSRID(ST_MakePoint(115 + (m.id * 7919 %% 70000) / 10000.0, 34.5 + (m.id * 104729 %% 35000) / 10000.0), 4326),
       '', m.id %% 700, NULL, false, '', gen_random_uuid()
  FROM matters_matter m JOIN fragment f ON f.n = m.id %% %(fragments)s
  JOIN (SELECT n, left(text, 4) AS name FROM fragment) g ON g.n = m.id / 7 %% %(fragments)s"""
_DOCUMENTS_SQL = """
INSERT INTO documents_document (matter_id, direction, title, body, note, secrecy, retention, sent_as,
    number, frozen_sha256, kind_id)
SELECT m.id, 'down', '关于第' || m.id || '批' || left(f.text, 12) || '的通知', f.text || E'\\n' || g.text, '',
       'open', '10', gen_random_uuid(), '鲁质监发〔2026〕' || m.id || '号', '', %(kind)s
  FROM matters_matter m JOIN fragment f ON f.n = m.id %% %(fragments)s
  JOIN fragment g ON g.n = m.id * 7919 %% %(fragments)s"""
_INDEXES = ("document_pairs", "hotline_against_pairs", "hotline_product_pairs")
"""They are built after the rows: row by row takes many times as long."""


def draw_words() -> list[str]:
    """The words that the texts are made of, the same each time."""
    draw = random.Random(7)
    letters = sorted(set(LETTERS))
    pairs = [a + b for a in letters for b in letters if a != b]
    return draw.sample(pairs, WORDS)


def fill_children(owner: psycopg.Connection[Any], kind: int) -> None:
    """Write both children of every matter; ``kind`` is the kind of the documents."""
    facts = {
        "kind": kind,
        "products": list(PRODUCTS),
        "kinds": len(PRODUCTS),
        "fragments": _FRAGMENTS,
    }
    owner.execute("SET maintenance_work_mem = '1GB'")
    _make_fragments(owner)
    kept = [_take_index(owner, name) for name in _INDEXES]
    owner.execute(_LETTERS_SQL, facts)
    owner.execute(_DOCUMENTS_SQL, facts)
    for definition in kept:
        owner.execute(definition)


def _make_fragments(owner: psycopg.Connection[Any]) -> None:
    draw, words = random.Random(11), draw_words()
    owner.execute("CREATE TEMP TABLE fragment (n bigint PRIMARY KEY, text text NOT NULL)")
    with owner.cursor().copy("COPY fragment FROM STDIN") as copy:
        for number in range(_FRAGMENTS):
            copy.write_row((number, "".join(draw.choices(words, k=40))))
    owner.execute("ANALYZE fragment")


def _take_index(owner: psycopg.Connection[Any], name: str) -> Any:
    """Drop an index and return how it is made again."""
    [(definition,)] = owner.execute("SELECT pg_get_indexdef(%s::regclass)", [name]).fetchall()
    owner.execute(f'DROP INDEX "{name}"')
    return definition
