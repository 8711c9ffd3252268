// From figures to what ECharts draws. A drawing is what the server puts beside each table: categories (bars,
// slices, points in time) and series of values over them. Colours and words come in as a look.

/**
 * @typedef {Record<string, string> | null} Link what choosing a part changes in the bar of filters
 * @typedef {{key: string, label: string, link: Link, chosen: boolean, part: boolean}} Category
 * @typedef {{name: string, unit: string, decimals: number, direction: string, values: (number | null)[],
 *   whole: number | null, earlier: boolean, link: Link}} Series
 * @typedef {{kind: string, title: string, time: string, categories: Category[], series: Series[],
 *   target: number | null}} Drawing
 * @typedef {{ink: string, soft: string, line: string, card: string, earlier: string, target: string,
 *   palette: string[], ramp: string[], font: string, size: number, lang: string, width: number, height: number,
 *   still: boolean, patterns: boolean, words: DOMStringMap}} Look
 */

/**
 * A figure in the page's language with its unit, as the table has it.
 * @param {number | null | undefined} value
 * @param {{unit: string, decimals: number}} series
 * @param {Look} look
 */
export function spoken(value, series, look) {
  if (value === null || value === undefined) return "–";
  const digits = { minimumFractionDigits: series.decimals, maximumFractionDigits: series.decimals };
  if (series.unit === "%") return new Intl.NumberFormat(look.lang, { style: "percent", ...digits }).format(value / 100);
  const text = new Intl.NumberFormat(look.lang, digits).format(value);
  const mark = series.unit === "h" ? (look.words.hour ?? "h") : series.unit === "1-5" ? "" : series.unit;
  return mark ? `${text} ${mark}` : text;
}

/** For an axis: short. @param {number} value @param {string} unit @param {Look} look */
function brief(value, unit, look) {
  const text = new Intl.NumberFormat(look.lang, { notation: Math.abs(value) >= 10000 ? "compact" : "standard", maximumFractionDigits: 1 });
  if (unit === "%") return new Intl.NumberFormat(look.lang, { style: "percent" }).format(value / 100);
  return text.format(value);
}

/** A point in time, as short as an axis needs. @param {Category} category @param {string} step @param {Look} look */
function moment(category, step, look) {
  const day = new Date(`${category.key}T12:00`);
  if (Number.isNaN(day.getTime())) return category.label;
  if (step === "month") return day.toLocaleDateString(look.lang, { month: "short", year: "2-digit" });
  if (step === "day" || step === "week") return day.toLocaleDateString(look.lang, { day: "numeric", month: "short" });
  return category.label;
}

/** What a box beside the pointer says: nodes, since markup with styles is forbidden. @param {string} head @param {[string, string][]} lines */
function box(head, lines) {
  const element = document.createElement("div");
  const title = document.createElement("strong");
  title.textContent = head;
  element.append(title, ...lines.map(([name, value]) => {
    const line = document.createElement("div");
    line.textContent = name ? `${name}: ${value}` : value;
    return line;
  }));
  return element;
}

/** The colour of each series: one before has that of none. @param {Drawing} drawing @param {Look} look */
function colours(drawing, look) {
  let next = 0;
  return drawing.series.map((one) => (one.earlier ? look.earlier : look.palette[next++ % look.palette.length] ?? look.ink));
}

/** What is not chosen steps back, and less so what is only a part of a month. @param {Drawing} drawing @param {number} i */
function dimmed(drawing, i) {
  const shown = drawing.categories[i]?.part ? 0.55 : 1;
  return drawing.categories.some((one) => one.chosen) && !drawing.categories[i]?.chosen ? 0.35 * shown : shown;
}

/**
 * Points of a line: a part of a month is a ring that one sees through, also where other points have no mark.
 * @param {Drawing} drawing @param {(number | null)[]} values @param {boolean} marked whether all points have marks
 */
function points(drawing, values, marked) {
  return values.map((value, i) => (drawing.categories[i]?.part ? { value, symbol: "emptyCircle", symbolSize: 8, itemStyle: { opacity: 0.75 } } : marked ? value : { value, symbol: "none" }));
}

/** What all drawings share. @param {Drawing} drawing @param {Look} look @returns {any} */
function common(drawing, look) {
  return {
    animation: !look.still,
    animationDuration: 400,
    animationDurationUpdate: 300,
    color: look.palette,
    textStyle: { fontFamily: look.font, fontSize: look.size, color: look.ink },
    aria: { enabled: true, label: { enabled: false }, decal: { show: look.patterns } },
    tooltip: {
      confine: true,
      trigger: "item",
      backgroundColor: look.card,
      borderColor: look.line,
      textStyle: { color: look.ink, fontSize: look.size, fontFamily: look.font },
      transitionDuration: 0,
    },
  };
}

/** @param {Drawing} drawing @param {Look} look @param {string[]} paint */
function legend(drawing, look, paint) {
  const named = drawing.series.length > 1;
  return {
    show: named,
    data: drawing.series.map((one, i) => ({ name: one.name, itemStyle: { color: paint[i] } })),
    bottom: 0,
    type: "plain",
    itemWidth: 14,
    itemHeight: 10,
    textStyle: { color: look.ink, fontSize: look.size, fontFamily: look.font },
  };
}

/** Lines of a legend at the bottom. @param {Drawing} drawing @param {Look} look */
function legendHeight(drawing, look) {
  if (drawing.series.length < 2) return 0;
  const wide = drawing.series.reduce((sum, one) => sum + one.name.length * look.size * 0.56 + 36, 0);
  return Math.min(5, Math.ceil(wide / Math.max(look.width - 20, 100))) * (look.size + 12);
}

/** Bars, stacked bars, lines. @param {Drawing} drawing @param {Look} look */
function axes(drawing, look) {
  const paint = colours(drawing, look);
  const upright = Boolean(drawing.time) || drawing.kind === "line" || drawing.categories.every((one) => one.label.length < 4);
  const labels = drawing.categories.map((one) => (drawing.time ? moment(one, drawing.time, look) : one.label));
  const unit = drawing.series[0]?.unit ?? "";
  const widest = Math.min(look.width * 0.42, 30 + look.size * 0.56 * Math.max(...labels.map((text) => text.length), 0));
  const categories = {
    type: "category",
    data: labels,
    inverse: !upright,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: look.line } },
    axisLabel: upright
      ? { color: look.soft, fontSize: look.size, hideOverlap: true }
      : { color: look.ink, fontSize: look.size, width: widest - 12, overflow: "truncate", interval: 0 },
  };
  const values = {
    type: "value",
    axisLabel: { color: look.soft, fontSize: look.size, hideOverlap: true, formatter: (/** @type {number} */ value) => brief(value, unit, look) },
    splitLine: { lineStyle: { color: look.line } },
    ...(unit === "1-5" ? { min: 1, max: 5 } : {}),
  };
  const line = drawing.kind === "line";
  return {
    ...common(drawing, look),
    tooltip: {
      ...common(drawing, look).tooltip,
      trigger: "axis",
      axisPointer: { type: line ? "line" : "shadow" },
      formatter: (/** @type {any} */ at) => {
        const i = at[0]?.dataIndex ?? 0;
        return box(drawing.categories[i]?.label ?? "", drawing.series.map((one) => [drawing.series.length > 1 ? one.name : "", spoken(one.values[i], one, look)]));
      },
    },
    legend: legend(drawing, look, paint),
    grid: { left: 8, right: 20, top: 12, bottom: legendHeight(drawing, look) + 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: upright ? categories : values,
    yAxis: upright ? values : categories,
    series: drawing.series.map((one, s) => ({
      name: one.name,
      type: line ? "line" : "bar",
      ...(drawing.kind === "stacked" ? { stack: "all" } : {}),
      barMaxWidth: 34,
      barGap: "10%",
      showSymbol: line && (one.values.length < 15 || drawing.categories.some((category) => category.part)),
      symbolSize: 7,
      connectNulls: false,
      lineStyle: { width: one.earlier ? 2 : 2.5, type: one.earlier ? "dashed" : "solid", color: paint[s] },
      itemStyle: { color: paint[s], borderRadius: drawing.kind === "stacked" || line ? 0 : 2, ...(drawing.kind === "stacked" ? { borderColor: look.card, borderWidth: 0.5 } : {}) },
      emphasis: { focus: "none" },
      data: line ? points(drawing, one.values, one.values.length < 15) : one.values.map((value, i) => ({ value, itemStyle: { opacity: dimmed(drawing, i) } })),
      ...(s === 0 && drawing.target
        ? {
            markLine: {
              silent: true,
              symbol: "none",
              lineStyle: { color: look.target, type: "dashed", width: 2 },
              label: { formatter: look.words.target ?? "", color: look.ink, fontSize: look.size, position: "insideEndTop" },
              data: [upright ? { yAxis: drawing.target } : { xAxis: drawing.target }],
            },
          }
        : {}),
    })),
  };
}

/** A ring. @param {Drawing} drawing @param {Look} look */
function pie(drawing, look) {
  const one = drawing.series[0];
  if (!one) return {};
  const whole = one.values.reduce((sum, value) => (sum ?? 0) + (value ?? 0), 0) ?? 0;
  const share = (/** @type {number} */ value) => new Intl.NumberFormat(look.lang, { style: "percent", maximumFractionDigits: 1 }).format(whole ? value / whole : 0);
  const roomy = look.width > 560;
  const lines = roomy ? 0 : Math.min(5, Math.ceil(drawing.categories.reduce((sum, one) => sum + (one.label.length + 7) * look.size * 0.56 + 36, 0) / Math.max(look.width - 20, 100)));
  return {
    ...common(drawing, look),
    tooltip: { ...common(drawing, look).tooltip, formatter: (/** @type {any} */ at) => box(at.name, [["", `${spoken(at.value, one, look)} (${share(at.value)})`]]) },
    legend: roomy ? { show: false } : {
      show: true,
      bottom: 0,
      itemWidth: 14,
      itemHeight: 10,
      textStyle: { color: look.ink, fontSize: look.size },
      formatter: (/** @type {string} */ name) => `${name} ${share(one.values[drawing.categories.findIndex((category) => category.label === name)] ?? 0)}`,
    },
    series: [{
      type: "pie",
      radius: ["38%", "68%"],
      center: ["50%", "50%"],
      bottom: lines * (look.size + 12),
      itemStyle: { borderColor: look.card, borderWidth: 2 },
      label: roomy
        ? { color: look.ink, fontSize: look.size, formatter: (/** @type {any} */ at) => `${at.name} ${share(at.value)}`, overflow: "truncate", width: Math.max(60, look.width / 2 - 0.34 * Math.min(look.width, look.height) - 40) }
        : { show: false },
      labelLine: { lineStyle: { color: look.soft } },
      data: drawing.categories.map((category, i) => ({
        name: category.label,
        value: one.values[i] ?? 0,
        itemStyle: { opacity: dimmed(drawing, i), color: category.key === "rest" ? look.earlier : look.palette[i % look.palette.length] },
      })),
    }],
  };
}

/** A year of days. @param {Drawing} drawing @param {Look} look */
function calendar(drawing, look) {
  const one = drawing.series[0];
  const days = drawing.categories;
  if (!one || !days.length) return {};
  const sorted = /** @type {number[]} */ (one.values.filter((value) => value !== null && value > 0)).sort((a, b) => a - b);
  const edges = [...new Set(look.ramp.map((_, i) => sorted[Math.floor((i * sorted.length) / look.ramp.length)] ?? 0))];
  const years = [...new Set(days.map((day) => day.key.slice(0, 4)))];
  // Rows of weekdays that fit: a period of more than a year is cut into its years.
  const first = days[0]?.key ?? "";
  const last = days.at(-1)?.key ?? "";
  const parts = days.length > 372 ? years.map((year) => [first > `${year}-01-01` ? first : `${year}-01-01`, last < `${year}-12-31` ? last : `${year}-12-31`]) : [[first, last]];
  const room = (look.height - 46) / parts.length;
  const name = (/** @type {number} */ month) => new Date(2024, month, 1).toLocaleDateString(look.lang, { month: "short" });
  const weekday = (/** @type {number} */ day) => new Date(2024, 0, 7 + day).toLocaleDateString(look.lang, { weekday: "short" });
  return {
    ...common(drawing, look),
    tooltip: { ...common(drawing, look).tooltip, formatter: (/** @type {any} */ at) => box(new Date(`${at.value[0]}T12:00`).toLocaleDateString(look.lang, { weekday: "long", day: "numeric", month: "long", year: "numeric" }), [["", spoken(at.value[1], one, look)]]) },
    visualMap: {
      type: "piecewise",
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemWidth: 14,
      itemHeight: 12,
      textStyle: { color: look.ink, fontSize: look.size },
      pieces: [{ value: 0, color: look.line, label: "0" }, ...edges.map((least, i) => {
        const next = edges[i + 1];
        return { gte: least, ...(next === undefined ? {} : { lt: next }), color: look.ramp[Math.round((i * (look.ramp.length - 1)) / Math.max(edges.length - 1, 1))] ?? look.ink, label: next === undefined ? `≥ ${spoken(least, one, look)}` : `${spoken(least, one, look)} –` };
      })],
    },
    calendar: parts.map((range, i) => ({
      range,
      top: 24 + i * room,
      left: 48,
      right: 12,
      cellSize: ["auto", Math.max(6, Math.min(20, (room - 30) / 7))],
      splitLine: { lineStyle: { color: look.soft, width: 1 } },
      itemStyle: { color: "transparent", borderColor: look.card, borderWidth: 1.5 },
      yearLabel: { show: parts.length > 1, color: look.soft, fontSize: look.size, margin: 26 },
      monthLabel: { nameMap: Array.from({ length: 12 }, (_, month) => name(month)), color: look.soft, fontSize: look.size },
      dayLabel: { firstDay: 1, nameMap: Array.from({ length: 7 }, (_, day) => weekday(day)), color: look.soft, fontSize: look.size - 1 },
    })),
    series: parts.map((range, i) => ({
      type: "heatmap",
      coordinateSystem: "calendar",
      calendarIndex: i,
      data: days.flatMap((day, n) => (day.key >= (range[0] ?? "") && day.key <= (range[1] ?? "") ? [[day.key, one.values[n] ?? 0]] : [])),
    })),
  };
}

/** Stages, each as wide as it is many, with its share of the first. @param {Drawing} drawing @param {Look} look */
function funnel(drawing, look) {
  const one = drawing.series[0];
  if (!one) return {};
  const most = Math.max(...one.values.map((value) => value ?? 0), 1);
  const first = one.values[0] ?? 0;
  const share = (/** @type {number} */ value) => new Intl.NumberFormat(look.lang, { style: "percent", maximumFractionDigits: 0 }).format(first ? value / first : 0);
  const base = axes({ ...drawing, kind: "bar", time: "", target: null, categories: drawing.categories.map((category) => ({ ...category, label: `${category.label} ` })) }, look);
  return {
    ...base,
    tooltip: { ...common(drawing, look).tooltip, trigger: "item", formatter: (/** @type {any} */ at) => box(drawing.categories[at.dataIndex]?.label ?? "", [["", `${spoken(one.values[at.dataIndex], one, look)} (${share(one.values[at.dataIndex] ?? 0)})`]]) },
    legend: { show: false },
    xAxis: { type: "value", show: false, min: 0, max: most },
    series: [
      { type: "bar", stack: "funnel", silent: true, barCategoryGap: "12%", itemStyle: { color: "transparent" }, tooltip: { show: false }, data: one.values.map((value) => (most - (value ?? 0)) / 2) },
      {
        type: "bar",
        stack: "funnel",
        label: { show: true, position: "inside", color: look.ink, backgroundColor: look.card, borderRadius: 4, padding: [2, 5], fontSize: look.size, formatter: (/** @type {any} */ at) => `${spoken(one.values[at.dataIndex], one, look)} · ${share(one.values[at.dataIndex] ?? 0)}` },
        data: one.values.map((value, i) => ({ value: value ?? 0, itemStyle: { color: look.palette[0], opacity: dimmed(drawing, i) } })),
      },
    ],
  };
}

/** Five numbers of each category. @param {Drawing} drawing @param {Look} look */
function boxes(drawing, look) {
  const base = axes({ ...drawing, kind: "bar", target: null, series: drawing.series.slice(0, 1) }, look);
  return {
    ...base,
    tooltip: { ...common(drawing, look).tooltip, formatter: (/** @type {any} */ at) => box(drawing.categories[at.dataIndex]?.label ?? "", drawing.series.map((one) => [one.name, spoken(one.values[at.dataIndex], one, look)])) },
    legend: { show: false },
    series: [{
      type: "boxplot",
      itemStyle: { color: look.ramp[1], borderColor: look.palette[0], borderWidth: 1.5 },
      boxWidth: [6, 24],
      data: drawing.categories.map((_, i) => drawing.series.map((one) => one.values[i] ?? null)),
    }],
  };
}

/** One value on its scale, with the mark that it should reach. @param {Drawing} drawing @param {Look} look */
function gauge(drawing, look) {
  const one = drawing.series[0];
  if (!one) return {};
  const value = one.whole ?? 0;
  const target = drawing.series[1]?.whole ?? drawing.target ?? 0;
  const least = one.unit === "1-5" ? 1 : 0;
  const most = one.unit === "1-5" ? 5 : one.unit === "%" ? Math.max(100, Math.ceil(Math.max(value, target) / 50) * 50) : 1.5 * Math.max(value, target, 1);
  const shape = { min: least, max: most, startAngle: 200, endAngle: -20, radius: "105%", center: ["50%", "68%"], splitNumber: 4, title: { show: false }, detail: { show: false }, tooltip: { show: false } };
  return {
    ...common(drawing, look),
    series: [
      {
        ...shape,
        type: "gauge",
        progress: { show: true, width: 18, itemStyle: { color: look.palette[0] } },
        axisLine: { lineStyle: { width: 18, color: [[1, look.line]] } },
        axisTick: { show: false },
        splitLine: { show: false },
        axisLabel: { color: look.soft, fontSize: look.size, distance: -34, formatter: (/** @type {number} */ at) => (at === least || at === most ? brief(at, one.unit, look) : "") },
        pointer: { show: false },
        anchor: { show: false },
        data: [{ value }],
      },
      ...(target ? [{
        ...shape,
        type: "gauge",
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { show: false },
        axisLabel: { show: false },
        pointer: { icon: "rect", width: 4, length: 30, offsetCenter: [0, "-84%"], itemStyle: { color: look.target } },
        title: { show: true, offsetCenter: [0, "-22%"], color: look.ink, fontSize: look.size },
        data: [{ value: target, name: `${look.words.target ?? ""} ${spoken(target, one, look)}` }],
      }] : []),
    ],
  };
}

/** The next number that an axis may end with. @param {number} value */
function even(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}

/** A small drawing for each series, all on one scale. @param {Drawing} drawing @param {Look} look */
function multiples(drawing, look) {
  const panels = drawing.series.flatMap((one, i) => (one.earlier ? [] : [{ now: one, then: drawing.series[i + 1]?.earlier ? drawing.series[i + 1] : undefined }]));
  const across = Math.max(1, Math.min(panels.length, Math.floor(look.width / 210)));
  const down = Math.max(1, Math.ceil(panels.length / across));
  const wide = look.width / across;
  const high = look.height / down;
  const most = even(Math.max(...drawing.series.flatMap((one) => one.values.map((value) => value ?? 0)), 1));
  const labels = drawing.categories.map((one) => (drawing.time ? moment(one, drawing.time, look) : one.label));
  const place = (/** @type {number} */ i) => ({ x: (i % across) * wide, y: Math.floor(i / across) * high });
  return {
    ...common(drawing, look),
    tooltip: {
      ...common(drawing, look).tooltip,
      trigger: "axis",
      formatter: (/** @type {any} */ at) => {
        const i = at[0]?.dataIndex ?? 0;
        const panel = panels[at[0]?.axisIndex ?? 0];
        const lines = /** @type {[string, string][]} */ (panel ? [["", spoken(panel.now.values[i], panel.now, look)]] : []);
        if (panel?.then) lines.push([look.words.before ?? "", spoken(panel.then.values[i], panel.then, look)]);
        return box(`${panel?.now.name ?? ""}, ${drawing.categories[i]?.label ?? ""}`, lines);
      },
    },
    title: panels.map(({ now }, i) => ({ text: now.name, left: place(i).x + 8, top: place(i).y, textStyle: { fontSize: look.size, fontWeight: 600, color: look.ink, fontFamily: look.font, width: wide - 24, overflow: "truncate" } })),
    grid: panels.map((_, i) => ({ left: place(i).x + 8, top: place(i).y + look.size + 12, width: wide - 28, height: Math.max(20, high - 2 * look.size - 30), outerBoundsMode: "same", outerBoundsContain: "axisLabel" })),
    xAxis: panels.map((_, i) => ({ gridIndex: i, type: "category", data: labels, axisTick: { show: false }, axisLine: { lineStyle: { color: look.line } }, axisLabel: { color: look.soft, fontSize: look.size - 1, hideOverlap: true, interval: Math.max(0, Math.ceil(labels.length / Math.max(wide / 70, 1)) - 1) } })),
    yAxis: panels.map((_, i) => ({ gridIndex: i, type: "value", max: most, interval: most / 2, axisLabel: { color: look.soft, fontSize: look.size - 1, formatter: (/** @type {number} */ value) => brief(value, panels[i]?.now.unit ?? "", look) }, splitLine: { lineStyle: { color: look.line } } })),
    series: panels.flatMap(({ now, then }, i) => [
      ...(then ? [{ type: "line", name: then.name, xAxisIndex: i, yAxisIndex: i, showSymbol: false, lineStyle: { color: look.earlier, type: "dashed", width: 1.8 }, itemStyle: { color: look.earlier }, data: then.values }] : []),
      { type: "line", name: now.name, xAxisIndex: i, yAxisIndex: i, showSymbol: now.values.length < 2 || drawing.categories.some((one) => one.part), lineStyle: { color: look.palette[0], width: 2.2 }, itemStyle: { color: look.palette[0] }, areaStyle: { color: look.palette[0], opacity: 0.1 }, data: points(drawing, now.values, now.values.length < 2) },
    ]),
  };
}

/** The course of a big figure, without axes. @param {Drawing} drawing @param {Look} look */
function spark(drawing, look) {
  const base = axes({ ...drawing, kind: "line", target: null }, look);
  const hidden = { show: false };
  return {
    ...base,
    legend: hidden,
    grid: { left: 2, right: 2, top: 4, bottom: 4 },
    xAxis: { ...base.xAxis, ...hidden, boundaryGap: false },
    yAxis: { ...base.yAxis, ...hidden, min: undefined, scale: true },
    series: base.series.map((/** @type {any} */ one, /** @type {number} */ i) => ({ ...one, showSymbol: false, ...(i ? {} : { areaStyle: { color: look.palette[0], opacity: 0.12 } }) })),
  };
}

/** @type {Record<string, (drawing: Drawing, look: Look) => any>} */
const KINDS = { bar: axes, stacked: axes, line: axes, pie, calendar, funnel, box: boxes, gauge, multiples, figure: spark };

/**
 * What ECharts is to draw.
 * @param {Drawing} drawing
 * @param {Look} look
 */
export function optionOf(drawing, look) {
  return (KINDS[drawing.kind] ?? axes)(drawing, look);
}
