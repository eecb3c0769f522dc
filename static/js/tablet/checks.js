// The checks of inspections/rules/record_checks on the tablet: who stands in the yard learns now
// what is missing, not when the network is back. The server's word counts; a test compares both.
"use strict";

(() => {
  const NORMAL = new Set(["1", "2", "3"]);
  const text = (value) => String(value ?? "").trim();
  const moment = (value) => {
    const parsed = Date.parse(value ?? "");
    return Number.isNaN(parsed) ? null : parsed;
  };

  function times(of, facts, say) {
    const { start, end } = of("visit");
    const [from, to] = [moment(start), moment(end)];
    if (from === null || to === null) return say("visit", "请填写检查开始和结束时间。");
    if (from >= to) say("visit", "结束时间须晚于开始时间，请核对。");
    if (to > facts.now) say("visit", "结束时间不能晚于现在，请核对。");
    if (from < Math.floor(facts.earliest / 60_000) * 60_000) say("visit", "开始时间早于任务派发时间，请核对。");
  }

  function far(value, facts, say) {
    const [longitude, latitude] = [parseFloat(value.longitude), parseFloat(value.latitude)];
    if (Number.isNaN(longitude) || Number.isNaN(latitude) || !facts.unit || text(value.distance_reason)) return;
    const metres = distance(longitude, latitude, facts.unit.longitude, facts.unit.latitude);
    if (metres > facts.limit) {
      say("visit", `定位距单位登记位置约 ${Math.round(metres)} 米，超过 ${facts.limit} 米，请填写原因。`);
    }
  }

  function visit(of, facts, say, normal) {
    const value = of("visit");
    if (!text(value.place)) say("visit", "请填写检查地点。");
    far(value, facts, say);
    if (!normal) return;
    if (!value.identity_shown) {
      say("visit", "未勾选“已出示执法证件”，须出示证件后方可检查（行政处罚法 第五十五条）。");
    }
    if (!value.recusal_told) {
      say("visit", "未勾选“已告知申请回避权利”，须告知（行政处罚法 第四十三条）。");
    }
  }

  function unit(of, facts, say) {
    if (!text(of("unit").name) || !text(of("unit").address)) {
      say("unit", "请核对单位信息并按“保存”：单位名称和地址不能为空。");
    }
  }

  function items(of, facts, say, normal) {
    const methods = of("items").methods ?? {};
    const missing = facts.items.filter((code) => !(code in methods));
    if (normal && missing.length) say("items", `请核对抽查事项的检查方式并按“保存”：${missing.join("、")}。`);
  }

  /** Is there a file beside this must-check that was not withdrawn? */
  function shown(sections, name, value) {
    const files = Object.entries(sections).filter(([key]) => key.startsWith("evidence:"));
    const withdrawn = new Set(
      files.filter(([, file]) => file.withdrawn).map(([key]) => key.slice("evidence:".length)),
    );
    return (
      files.some(([, file]) => !file.withdrawn && file.must_check === name) ||
      (value.evidence ?? []).some((sha) => !withdrawn.has(sha))
    );
  }

  function mustChecks(of, facts, say, normal) {
    for (let n = 1; n <= 10; n += 1) {
      const name = `must_check:${n}`;
      const value = of(name);
      if (value.answer === "problem") {
        if (!text(value.note)) say(name, `十必查第 ${n} 项发现问题，须写明问题情况。`);
        if (!value.handling) say(name, `十必查第 ${n} 项发现问题，须选择处理方式。`);
        if (value.handling === "rectification" && !value.deadline) {
          say(name, `十必查第 ${n} 项为限期整改，须填写整改期限。`);
        }
        if (!shown(facts.sections, name, value)) {
          say(name, `十必查第 ${n} 项发现问题，须在该项下附至少一份证据（照片、视频或文件）。`);
        }
      } else if (normal && !["no_problem", "not_applicable"].includes(value.answer)) {
        say(name, `十必查第 ${n} 项未作答。`);
      }
    }
  }

  function outcome(of, facts, say, normal) {
    const { outcome: code } = of("result");
    const narrative = of("narrative");
    const found = Array.from({ length: 10 }, (_, n) => of(`must_check:${n + 1}`)).some(
      (value) => value.answer === "problem",
    );
    if (normal && !text(narrative.text)) say("narrative", "请填写现场检查情况。");
    if (!/^[1-7]$/.test(code ?? "")) return say("result", "请选择检查结果（七种结果代码之一）。");
    if (found && code === "1") say("result", "十必查中有发现问题，检查结果不能是“未发现问题”。");
    if (!found && (code === "2" || code === "3")) {
      say("result", "检查结果为发现问题，但十必查中没有发现问题的项，请核对。");
    }
    if (!normal && !text(narrative.text)) say("narrative", "此检查结果须在“现场情况”中写明经过。");
  }

  function signatures(of, facts, say, normal) {
    const valid = facts.valid;
    const stale = Object.entries(facts.officers).filter(([code]) => facts.stale.has(`officer-${code}`));
    if (stale.length) {
      say("signature", `签名后内容有变，须重新签名：${stale.map(([, name]) => name).join("、")}。`);
    }
    const signed = Object.keys(facts.officers).filter((code) => valid.has(`officer-${code}`));
    if (signed.length < 2) say("signature", "至少两名执法人员签名（行政处罚法 第四十二条）。");
    const narrative = of("narrative");
    if (text(narrative.expert)) {
      if (!text(narrative.expert_opinion)) say("narrative", "有专家参加的，请填写专家咨询意见。");
      if (!valid.has("expert")) say("signature", "有专家参加的，须由专家对咨询意见签名。");
    }
    party(of("party"), facts, say, normal);
  }

  function party(value, facts, say, normal) {
    const valid = facts.valid;
    if (!normal) {
      if (!valid.has("witness") && !valid.has("party")) {
        say("signature", "当事人不在场或不配合的，须有见证人签名。");
      }
      return;
    }
    if (!value.rights_told) say("party", "未勾选“已告知陈述申辩和救济权利”。");
    if (value.refused) {
      if (!text(value.refusal_reason)) say("party", "当事人拒绝签名的，须写明原因。");
      if (!valid.has("witness") && !facts.hasEvidence) {
        say("signature", "当事人拒绝签名的，须有见证人签名或现场影像。");
      }
    } else if (value.absent) {
      if (!valid.has("witness")) say("signature", "当事人不在场的，须有见证人签名。");
    } else {
      if (!valid.has("recusal")) say("signature", "告知回避须由被检查单位单独签名确认。");
      if (!valid.has("party")) say("signature", "被检查单位须签名；拒绝或不在场的请在“当事人意见”中注明。");
    }
  }

  /** [{section, message}] of what keeps the record from being submitted, in the form's order. */
  function lacks(sections, facts) {
    const found = [];
    const of = (name) => sections[name] ?? {};
    const say = (section, message) => found.push({ section, message });
    const normal = NORMAL.has(of("result").outcome ?? "");
    for (const check of [times, visit, unit, items, mustChecks, outcome, signatures]) {
      check(of, { ...facts, sections }, say, normal);
    }
    return found;
  }

  /** Metres between two places given in degrees. */
  function distance(lon1, lat1, lon2, lat2) {
    const rad = (degrees) => (degrees * Math.PI) / 180;
    const [a, b] = [rad(lat1), rad(lat2)];
    const h =
      Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(rad(lon2 - lon1) / 2) ** 2;
    return 12_742_000 * Math.asin(Math.sqrt(h));
  }

  Object.assign(Tablet, { lacks, distance });
})();
