"""Recheck a published draw (chanji-draw/1): python verifier.py proof.json [announcement.json]"""
import json, re, sys, unicodedata
from collections import Counter
from hashlib import sha256
from pathlib import Path
def sha(text):
    return sha256(text.encode()).hexdigest()
def require(part, holds):
    if not holds:
        sys.exit(f"不一致 {part}")

# The inputs. Where two parts contradict each other, the seed made from both tells which is odd.
sys.excepthook = lambda kind, error, _: print("不一致 bundle：", kind.__name__, error)
b, *announced = [json.loads(Path(path).read_text("utf-8")) for path in sys.argv[1:]]
digest, nonce, value = sha(b["pool"]), b["nonce"], b["entropy"]["normalised"]
seed = sha(f"chanji-draw/1|{b['plan']}|{digest}|{nonce}|{value}")
fits = seed == b["seed"]
normalised = "".join(unicodedata.normalize("NFKC", b["entropy"]["value"]).split())
require("bundle", len(b) == 12 and len(b["entropy"]) == 3)
require("protocol", b["protocol"] == "chanji-draw/1")
require(["pool", "pool_digest"][fits], digest == b["pool_digest"])
require("plan", b["pool"].startswith(f"chanji-draw/1\t{b['plan']}\n"))
require("nonce", re.fullmatch("[0-9a-f]{64}", nonce))
require(["nonce", "commitment"][fits], sha256(bytes.fromhex(nonce)).hexdigest() == b["commitment"])
require(["entropy.normalised", "entropy.value"][fits], normalised == value != "")
require("entropy.source", b["entropy"]["source"].strip().encode())
require("seed", fits)
# The pool: each line once, in order, written in the one way there is.
FORM = (r"S\t(key|special|general)\t(0|[1-9][0-9]{0,8})\t[^\t]+\t[1-9][0-9]{0,8}|C\t[^\t]+\t[^\t]+"
        r"|Q\t(key|special|general)\t(0|[1-9][0-9]{0,8})|I\t[^\t]+\t(officer|staff|expert)\t[^\t]+"
        r"|R\t[^\t]+\t(officer|staff|expert)\t[^\t,]+\t[1-9][0-9]{0,8}")
_, *lines, last = b["pool"].split("\n")
require("pool", last == "" and lines == sorted(lines) and all(re.fullmatch(FORM, x) for x in lines))
rows = {kind: [line.split("\t")[1:] for line in lines if line[0] == kind] for kind in "SQIRC"}
category, quotas = {s[2]: s[0] for s in rows["S"]}, {c: int(n) for c, n in rows["Q"]}
names = [*category, *quotas, *{i[0] for i in rows["I"]}, *{tuple(r[:3]) for r in rows["R"]}]
require("pool", len(names) + len(rows["C"]) == len({*lines}) == len(lines))
require("pool", {*category.values()} <= {*quotas} and Counter(category.values()) >= Counter(quotas))
# Tickets: in the lowest tier the smallest are selected, the others wait in that order.
order = {c: sorted((int(tier), min(sha(f"{seed}|{c}|{source}|{k + 1}") for k in range(int(weight))),
                    source) for of, tier, source, weight in rows["S"] if of == c) for c in quotas}
waiting = {c: [source for *_, source in order[c][quotas[c]:]] for c in quotas}
require("selected", b["selected"] == {c: [s for *_, s in order[c][:quotas[c]]] for c in quotas})
require("reserves", b["reserves"] == waiting)
# Teams: of those with the role and skill who carry least, in the order of their lots.
load, teams, out = Counter(), {}, {tuple(row) for row in rows["C"]}
def join(part, source, role, skill, count):
    able = [i for i, r, skills in rows["I"] if r == role and skill in ("-", *skills.split(","))
            and i not in teams[source] and (source, i) not in out]
    require(part, len(able) >= int(count))
    return sorted(able, key=lambda i: (load[i], sha(f"{seed}|inspector|{source}|{i}")))[:int(count)]
def form(source):
    teams[source] = {}  # each member with the role and skill they are there for
    needs = [need[1:] for need in rows["R"] if need[0] in ("*", source)]
    for need in sorted(needs, key=lambda need: ("officer staff expert".index(need[0]), need[1])):
        teams[source].update(dict.fromkeys(join("changes/teams", source, *need), need[:2]))
    load.update(list(teams[source]))
for _, source in sorted(rank[1:] for c in quotas for rank in order[c][:quotas[c]]):
    form(source)
for change in b["changes"]:
    source, by, gone = change["source"], change.get("by"), change.get("inspector")
    require("changes", source in teams and (source, "*") not in out)
    if change == {"kind": "replace", "source": source, "by": by}:
        require("changes", [by] == waiting[category[source]][:1])
        out.add((source, "*"))
        form(waiting[category[source]].pop(0))
    else:
        require("changes", change == {"kind": "recuse", "source": source, "inspector": gone})
        require("changes", gone in teams[source])
        out.add((source, gone))
        [new] = join("changes", source, *teams[source][gone], 1)
        teams[source] = {new if i == gone else i: need for i, need in teams[source].items()}
        load.update({gone: -1, new: 1})
require("changes/teams", b["teams"] == {source: list(team) for source, team in teams.items()})
for known in announced:
    facts = {**b, "quotas": quotas, "entropy_source": b["entropy"]["source"]}
    for part in ("plan", "quotas", "pool_digest", "commitment", "entropy_source"):
        require(part.replace("_source", ".source"), known[part] == facts[part])
called = {"key": "重点", "special": "特殊", "general": "一般"}
print("全部一致", b["plan"], *(f"{called[c]}{n}家" for c, n in quotas.items()))
