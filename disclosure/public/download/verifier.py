"""Recheck a published draw (chanji-draw/2): python verifier.py proof.json [announcement.json]

Written from the text of the protocol, not from the program that drew; Python 3.11, nothing else.
announcement.json: the copy that you kept yourself before the draw. Exit code 1: a part is named.
"""
import hmac, json, re, sys, unicodedata
from collections import Counter
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

NAME, ID, HEX = "chanji-draw/2", "[A-Za-z0-9-]{1,32}", "[0-9a-f]{64}"
ANY = "[^\ud800-\udfff]*"  # no half characters, which cannot be hashed
PLAN, OF = "[0-9]{4}Q[1-4](-[A-Z][1-9][0-9]?)?", "(key|special|general)"
WHY = "(cap|positive_list|exempted|other_batch|not_sampled)"
REASONS = {"replace": "closed|relocated|exempted|merged|duplicate",
           "recuse": "conflict|party_request|leave|certificate|left_post"}
# What each public event is called and where to look it up; of lotteries the year in the issue
# number, the days (Monday is 0), the hour, and how many numbers up to which beside the "+".
EVENTS = {"ssq": ("中国福利彩票双色球第{}期", "https://www.cwl.gov.cn/"),
          "dlt": ("中国体育彩票大乐透第{}期", "https://www.lottery.gov.cn/"),
          "dice": ("现场掷骰（{}）", "由在场见证人确认"),
          "drand": ("drand 公共随机信标第{}轮", "https://api.drand.sh/52db9ba70e0cc0f6eaf7803dd07447"
                    "a1f5477735fd3f661792ba94600c84e971/public/{}")}
LOTTERIES = {"ssq": ("%Y", (1, 3, 6), "21:00", ((6, 33), (1, 16))),
             "dlt": ("%y", (0, 2, 5), "20:30", ((5, 35), (2, 12)))}

def sha(text):
    return sha256(text.encode()).hexdigest()
def canon(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
def need(part, holds):
    if not holds:
        sys.exit(f"不一致 {part}")
def fits(part, value, shape):  # exactly these keys, a list of this, this type, or this pattern
    kind = shape if isinstance(shape, type) else type(shape)
    need(part, type(value) is kind and (kind is not str or re.fullmatch(shape, value)))
    if isinstance(shape, dict):
        need(part, value.keys() == shape.keys())
    if isinstance(shape, (dict, list)):
        for key in shape if kind is dict else range(len(value)):
            fits(f"{part}.{key}", value[key], shape[key if kind is dict else 0])
def when(part, text, kind=datetime, ending="+08:00"):
    try:
        read = kind.fromisoformat(text)
    except ValueError:
        read = None
    need(part, read and read.isoformat() == text and text[19:] == ending)
    return read
def named(part, text, most, without=""):
    fits(part, text, f"(?s:.{{1,{most}}})")
    need(part, text == text.strip() == unicodedata.normalize("NFC", text) and not any(
        unicodedata.category(c) in ("Cc", "Cf", "Cs") or c in without for c in text))
def read(part, path):
    def strict(pairs):  # a key given twice would show two readers two files
        return dict(pairs) if len(dict(pairs)) == len(pairs) else need(part, False)
    def whole(number):
        need(part, False)
    return json.loads(Path(path).read_text("utf-8"), object_pairs_hook=strict,
                      parse_float=whole, parse_constant=whole)
def verdict(recomputed, values):
    for known in kept:
        need("kept", isinstance(known, dict) and known.keys() == a.keys())
        for key in sorted(a):
            need(f"kept.{key}", canon(a[key]) == canon(known[key]))
    print("一、重算：一致。" + recomputed)
    print("二、事前确定：" + ("与您自己留存的公告一致：这些材料在您留存时已经确定。" if kept else
          "不知道：没有您自己留存的公告。材料本身不能证明它在随机源揭晓前就已确定。"))
    print(*["三、随机源取值须到其官方发布处核对："] * bool(values))
    for source, row in zip(a["entropy"], values, strict=False):
        name, place = (words.format(row["id"]) for words in EVENTS[row["kind"]])
        print(f"　　{name}（{source['at']}）＝ {row['value']}　{place}")
    sys.exit()

sys.excepthook = lambda kind, error, _: print("不一致 bundle：", kind.__name__, error)
kept = [read("kept", path) for path in sys.argv[2:3]]
b = read("bundle", sys.argv[1])
fits("bundle", b, dict)
inputs = {"protocol", "announcement", "pool", "nonce"}
undrawn = b.keys() == inputs  # void before its draw
need("bundle", b.keys() == inputs | (set() if undrawn else {
    "draw", "changes", "seed", "selected", "reserves", "teams"}))
need("protocol", b["protocol"] == NAME)
# The announcement: what was fixed, when, and which public event nobody could foresee.
a, nonce, sources, times = b["announcement"], b["nonce"], [], []
fits("announcement", a, {
    "protocol": NAME, "hash": "sha256", "plan": PLAN, "pool_digest": HEX, "commitment": HEX,
    "quotas": dict, "register": dict, "left_out": dict, "frozen_at": ANY, "draw_by": ANY,
    "reveal_by": ANY, "entropy": [{"kind": "|".join(EVENTS), "id": ANY, "at": ANY}]})
for key, words in (("quotas", OF), ("register", OF), ("left_out", WHY)):
    need(f"announcement.{key}", all(re.fullmatch(words, word) and type(n) is int and n >= 0
                                    for word, n in a[key].items()))
frozen = when("announcement.frozen_at", a["frozen_at"])
for n, source in enumerate(a["entropy"]):
    part, kind, name = f"announcement.entropy.{n}", source["kind"], source["id"]
    at = when(f"{part}.at", source["at"])
    sources.append((kind, name))
    times.append(at)
    if kind in LOTTERIES:
        year, days, hour, _ = LOTTERIES[kind]
        fits(f"{part}.id", name, f"{at:{year}}[0-9]{{3}}")
        need(f"{part}.at", at.weekday() in days and f"{at:%H:%M}" >= hour)
        so_far = range(at.timetuple().tm_yday)  # of the year; holidays cost at most 15 issues
        most = sum((at - timedelta(day)).weekday() in days for day in so_far)
        need(f"{part}.id", max(1, most - 15) <= int(name[-3:]) <= most)
    elif kind == "dice":
        named(f"{part}.id", name, 40, "|=")
    else:
        fits(f"{part}.id", name, "[1-9][0-9]{0,9}")
        need(f"{part}.at", at.timestamp() == 1692803367 + 3 * (int(name) - 1))
need("announcement.entropy", 1 <= len(sources) == len({*sources}) <= 3)
need("announcement.entropy", {kind for kind, _ in sources} != {"dice"})  # they add, never carry
for n, at in enumerate(times):
    need(f"announcement.entropy.{n}.at", at - frozen >= timedelta(hours=24)
         and (sources[n][0] != "dice" or at == min(times)))
draw_by = when("announcement.draw_by", a["draw_by"], date, "")
need("announcement.draw_by", draw_by >= max(times).date())
need("announcement.reveal_by", when("announcement.reveal_by", a["reveal_by"], date, "") >= draw_by)
# The record of the draw, and the seed; where two parts differ, the seed tells which one is odd.
def committed():
    fits("nonce", nonce, HEX)
    need("nonce", sha256(bytes.fromhex(nonce)).hexdigest() == a["commitment"])
if not undrawn:
    r = b["draw"]
    fits("draw", r, {
        "protocol": NAME, "plan": re.escape(a["plan"]), "announcement": HEX, "drawn_at": ANY,
        "witnesses": list, "entropy": [{"kind": ANY, "id": ANY, "value": ANY}], "outcomes": int,
        "outcome_root": HEX})
    last = when("draw.drawn_at", r["drawn_at"])
    need("draw.drawn_at", last >= max(times) and last.date() <= draw_by)
    need("draw.witnesses", len(r["witnesses"]) >= 2)
    for witness in r["witnesses"]:
        named("draw.witnesses", witness, 100)
    need("draw.entropy", [(row["kind"], row["id"]) for row in r["entropy"]] == sources)
    for n, row in enumerate(r["entropy"]):  # exactly one spelling: another is another seed
        part, value, kind = f"draw.entropy.{n}.value", row["value"], row["kind"]
        fits(part, value, {"dice": "[1-6]{20}", "drand": HEX}.get(kind, r"[0-9 ]+\+[0-9 ]+"))
        sides = LOTTERIES[kind][-1] if kind in LOTTERIES else ()
        for side, (count, most) in zip(value.split("+"), sides, strict=False):
            numbers = {*side.split(" ")} & {f"{x:02d}" for x in range(1, most + 1)}
            need(part, len(numbers) == count and side == " ".join(sorted(numbers)))
    fits("seed", b["seed"], HEX)
    fits("nonce", nonce, HEX)
    digest = sha(canon(a))
    values = "|".join(f"{row['kind']}:{row['id']}={row['value']}" for row in r["entropy"])
    seed = sha(f"{NAME}|{digest}|{nonce}|{values}")
    need(["announcement", "draw.announcement"][seed == b["seed"]], digest == r["announcement"])
    committed()
    need("draw.entropy/seed", seed == b["seed"])
# The pool: each line once, in order, written in the one way there is.
fits("pool", b["pool"], ANY)
need("pool", sha(b["pool"]) == a["pool_digest"])
ROLE, N, M = "(officer|staff|expert)", "(0|[1-9][0-9]{0,8})", "[1-9][0-9]{0,8}"
LINE = (f"S {OF} {N} {ID} {M}|X {OF} {ID} {WHY}"
        rf"|Q {OF} {N}|I {ID} {ROLE} [^\t]+|R (\*|{ID}) {ROLE} [^\t,]+ {M}|C {ID} {ID}")
head, *lines, end = b["pool"].split("\n")
need("pool", re.fullmatch(f"{NAME}\t{PLAN}\tsha256", head) and end == "")
need("pool", all(c in "\t\n" or c.isprintable() for c in {*b["pool"]}))
need("pool", all(re.fullmatch(LINE.replace(" ", "\t"), line) for line in lines))
need("pool", lines == sorted({*lines}))
rows = {kind: [line.split("\t")[1:] for line in lines if line[0] == kind] for kind in "SXQIRC"}
for once in ([row[-2] for row in rows["S"] + rows["X"]], [row[0] for row in rows["Q"]],
             [row[0] for row in rows["I"]], [(*row[:3],) for row in rows["R"]]):
    need("pool", len({*once}) == len(once))
skills = {i: [x for x in known.split(",") if known != "-"] for i, _, known in rows["I"]}
need("pool", all(len({*known} - {"", "-"}) == len(known) for known in skills.values()))
category, quotas = {s[2]: s[0] for s in rows["S"]}, {c: int(n) for c, n in rows["Q"]}
need("pool", {*category.values()} <= {*quotas} and Counter(category.values()) >= Counter(quotas))
# Teams: who may sit where; no course of the draw may leave a unit without a full team.
load, teams, out, gone = Counter(), {}, {(*row,) for row in rows["C"]}, set()
def able(source, role, skill):
    return [i for i, r, _ in rows["I"] if r == role and (skill == "-" or skill in skills[i])
            and i not in gone and (source, i) not in out]
def needs(source):
    own = [row[1:] for row in rows["R"] if row[0] in ("*", source)]
    return sorted(own, key=lambda r: ("officer staff expert".index(r[0]), r[1] == "-", r[1]))
special = {row[0] for row in rows["R"] + rows["C"]}
for source in [*special & {*category}, *[s for s in category if s not in special][:1]]:
    taken = Counter()
    for role, skill, count in needs(source):
        taken[role] += int(count)
        need("pool", len(able(source, role, skill)) >= taken[role])
committed()
for key, found in {"plan": head.split("\t")[1], "quotas": quotas,
                   "register": Counter(row[0] for row in rows["S"] + rows["X"]),
                   "left_out": Counter(row[2] for row in rows["X"])}.items():
    need(f"announcement.{key}", canon(a[key]) == canon(found))
if undrawn:
    verdict("抽取池、随机数与公告一致；该计划在抽取前作废，没有抽取结果。", [])
# Tickets: in the lowest tier the smallest are selected, the others wait in that order.
order = {c: sorted((int(tier), min(sha(f"{seed}|{c}|{source}|{k + 1}") for k in range(int(weight))),
                    source) for of, tier, source, weight in rows["S"] if of == c) for c in quotas}
selected = {c: [source for *_, source in order[c][:quotas[c]]] for c in quotas}
waiting = {c: [source for *_, source in order[c][quotas[c]:]] for c in quotas}
need("selected", b["selected"] == selected)
need("reserves", b["reserves"] == waiting)
# Of those who may sit there, who carry least, in the order of their lots.
def join(part, source, role, skill, count):
    free = [i for i in able(source, role, skill) if i not in teams[source]]
    need(part, len(free) >= int(count))
    return sorted(free, key=lambda i: (load[i], sha(f"{seed}|inspector|{source}|{i}")))[:int(count)]
def form(source):
    teams[source] = {}  # each member with the role and skill they are there for
    for role, skill, count in needs(source):
        for member in join("teams", source, role, skill, count):
            teams[source][member] = role, skill
    load.update([*teams[source]])
for _, source in sorted(rank[1:] for c in quotas for rank in order[c][:quotas[c]]):
    form(source)
# The tree whose root was published at the draw: one salted leaf for each unit (RFC 6962).
def leaf(source, position):
    salt = hmac.digest(bytes.fromhex(nonce), f"{NAME}|outcome|{source}".encode(), "sha256").hex()
    data = {"id": source, "outcome": "selected" if source in teams else "reserve", "salt": salt,
            "position": position, "team": [*teams.get(source, ())]}
    return sha256(b"\0" + canon(data).encode()).digest()
def root(hashes):
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"").digest()
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\1" + root(hashes[:half]) + root(hashes[half:])).digest()
place = {rank[2]: n for c in quotas for n, rank in enumerate(order[c], 1)}
need("draw.outcomes", r["outcomes"] == len(category))
need("draw.outcome_root", r["outcome_root"] == root([leaf(s, place[s]) for s in category]).hex())
# Changes after the draw, in the order recorded.
fits("changes", b["changes"], list)
for n, change in enumerate(b["changes"]):
    part, kind = f"changes.{n}", change.get("kind") if isinstance(change, dict) else None
    fits(f"{part}.kind", kind, "replace|recuse")
    fits(part, change, {"kind": ANY, "source": ANY, "reason": REASONS[kind], "at": ANY,
                        {"replace": "by", "recuse": "inspector"}[kind]: ANY})
    need(f"{part}.at", when(f"{part}.at", change["at"]) >= last)
    last = when(f"{part}.at", change["at"])
for n, change in enumerate(b["changes"]):
    source, old = change["source"], change.get("inspector")
    need("changes", source in teams and (source, "*") not in out)
    if change["kind"] == "replace":
        need("changes", waiting[category[source]])
        need(f"changes.{n}", change["by"] == waiting[category[source]].pop(0))
        out.add((source, "*"))
        form(change["by"])
    else:
        need("changes", old in teams[source])
        out.add((source, old))
        gone |= {old} if change["reason"] in ("certificate", "left_post") else set()
        [new] = join("changes", source, *teams[source][old], 1)
        teams[source] = {new if i == old else i: seat for i, seat in teams[source].items()}
        load.update({old: -1, new: 1})
need("changes/teams", b["teams"] == {source: [*team] for source, team in teams.items()})
verdict("抽取结果可由公开材料重算得出。", r["entropy"])
