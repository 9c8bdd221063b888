/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Draws the report from the document in #data. Text from data only ever becomes text nodes and attributes, never markup. */
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("report");
  const DAY = 86400;
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const PAGE_ROWS = 25;
  const drawings = []; /* functions that draw a chart anew in the colours that hold now */

  /* --- elements --- */

  function el (tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else node.setAttribute(key, value === true ? "" : value);
    }
    for (const child of children.flat())
      if (child !== null && child !== undefined) node.append(child);
    return node;
  }

  function card (title, className, controls, ...content) {
    const head = el("div", { class: "head" }, el("h2", null, title), controls ? el("div", { class: "controls" }, controls) : null);
    const node = el("section", { class: `card ${className || ""}` }, head, content);
    main.append(node);
    return node;
  }

  function select (label, options, change) {
    const box = el("select", { onchange: () => change(box.value), "aria-label": label },
      options.map(([value, text]) => el("option", { value }, text)));
    return el("label", null, label, box);
  }

  /* --- numbers and dates --- */

  const group = (decimals) => new Intl.NumberFormat("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const whole = group(0), two = group(2), one = group(1), three = group(3);
  const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 });

  function percent (value, decimals = 2) {
    return value === null ? "n/a" : `${group(decimals).format(value * 100)} %`.replace(/^-(0(\.0+)? %)$/, "$1");
  }

  function show (value, unit) {
    if (value === null || value === undefined) return "n/a";
    if (typeof value === "string") return value === "infinite" ? "\u221e" : "-\u221e";
    switch (unit) {
      case "fraction": return percent(value);
      case "count": return whole.format(value);
      case "days": return `${(Math.abs(value) < 1 ? three : one).format(value)} d`;
      case "time": return stamp(value).slice(0, 10);
      case "money": return two.format(value);
      default: return two.format(value);
    }
  }

  const tone = (value) => (typeof value !== "number" || value === 0 ? "" : value > 0 ? "gain" : "loss");

  /* A bar is known at its end: midnight is shown as the day that it ends. */
  function stamp (seconds) {
    const text = new Date(seconds * 1000).toISOString();
    return text.endsWith("T00:00:00.000Z") ? new Date(seconds * 1000 - 1).toISOString().slice(0, 10) : text.slice(0, 16).replace("T", " ");
  }

  const seconds = (text) => Date.parse(text.replace(/(\.\d{3})\d*Z$/, "$1Z")) / 1000;
  const short = (text) => stamp(seconds(text));
  const decimal = (text) => text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "").replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",");

  /* --- colours --- */

  const root = document.documentElement;
  const color = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null; /* null: as the system says */
  let printing = false;

  function applyTheme () {
    const name = printing ? "light" : chosen || (dark.matches ? "dark" : "light");
    if (root.dataset.theme !== name) {
      root.dataset.theme = name;
      drawings.forEach((draw) => draw());
    }
    document.getElementById("theme").textContent = name === "dark" ? "\u2600 Light" : "\u263e Dark";
  }

  function watchTheme () {
    document.getElementById("theme").addEventListener("click", () => {
      chosen = root.dataset.theme === "dark" ? "light" : "dark";
      applyTheme();
    });
    dark.addEventListener("change", applyTheme);
    /* Paper is white whatever the screen is. */
    window.addEventListener("beforeprint", () => print(true));
    window.addEventListener("afterprint", () => print(false));
  }

  /* The page takes the paper's width before it is printed, so that charts are drawn at their size there. */
  function print (begins) {
    printing = begins;
    root.toggleAttribute("data-printing", begins);
    applyTheme();
    drawings.forEach((draw) => draw());
  }

  /* --- time axes: Chart.js has none without a date library, so ticks are made here, at days, months and years --- */

  function monthTicks (from, to, step) {
    const ticks = [], first = new Date(from * 1000);
    let month = first.getUTCFullYear() * 12 + first.getUTCMonth();
    for (month += (step - month % step) % step; ; month += step) {
      const time = Date.UTC(Math.floor(month / 12), month % 12, 1) / 1000;
      if (time > to) return ticks;
      if (time >= from) ticks.push({ value: time });
    }
  }

  function timeTicks (scale) {
    const span = scale.max - scale.min, most = Math.max(2, Math.floor(scale.width / 85));
    for (const step of [60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, DAY, 2 * DAY, 7 * DAY, 14 * DAY])
      if (span / step <= most) {
        const ticks = [];
        for (let time = Math.ceil(scale.min / step) * step; time <= scale.max; time += step) ticks.push({ value: time });
        return ticks;
      }
    for (const step of [1, 2, 3, 6, 12, 24, 60, 120])
      if (span / (step * 30.4 * DAY) <= most) return monthTicks(scale.min, scale.max, step);
    return monthTicks(scale.min, scale.max, 240);
  }

  function tickLabel (value, ticks) {
    const date = new Date(value * 1000), step = ticks.length > 1 ? ticks[1].value - ticks[0].value : DAY;
    if (step < DAY) return date.toISOString().slice(11, 16);
    if (step < 28 * DAY) return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
    if (step < 360 * DAY) return date.getUTCMonth() === 0 ? String(date.getUTCFullYear()) : MONTHS[date.getUTCMonth()];
    return String(date.getUTCFullYear());
  }

  function timeAxis (range, labels = true) {
    return {
      type: "linear", min: range[0], max: range[1], grid: { color: color("grid"), drawTicks: false }, border: { display: false },
      afterBuildTicks: (scale) => { scale.ticks = timeTicks(scale); },
      ticks: { display: labels, color: color("soft"), maxRotation: 0, autoSkip: false, padding: 6, callback: (value, index, ticks) => tickLabel(value, ticks) },
    };
  }

  function valueAxis (format, extra) {
    return {
      position: "right", grid: { color: color("grid"), drawTicks: false, drawBorder: false },
      afterFit: (scale) => { scale.width = 62; },
      ticks: { color: color("soft"), padding: 6, maxTicksLimit: 7, callback: format },
      ...extra,
    };
  }

  function tooltip (label, title) {
    return {
      backgroundColor: color("ink"), titleColor: color("page"), bodyColor: color("page"), padding: 9, boxPadding: 4, cornerRadius: 7,
      callbacks: { title: title || ((items) => (items.length ? stamp(items[0].parsed.x) : "")), label },
    };
  }

  function options (extra) {
    return {
      animation: false, responsive: true, maintainAspectRatio: false, parsing: false, normalized: true,
      interaction: { mode: "nearest", axis: "x", intersect: false },
      ...extra,
      plugins: { legend: { display: false }, ...(extra.plugins || {}) },
    };
  }

  /* A chart that is drawn anew when colours or choices change. */
  function chart (label, size, make) {
    const canvas = el("canvas", { role: "img", "aria-label": label });
    let drawn = null;
    const draw = () => {
      if (drawn) drawn.destroy();
      drawn = new Chart(canvas, make());
    };
    drawings.push(draw);
    return { node: el("div", { class: `chart ${size}` }, canvas), draw };
  }

  const points = (times, values) => times.map((x, i) => ({ x, y: values[i] })).filter((point) => point.y !== null);
  const line = (colorName, more) => ({ borderColor: color(colorName), borderWidth: 1.6, pointRadius: 0, pointHitRadius: 6, tension: 0, ...more });

  /* --- sections --- */

  const total = data.statistics.total || {};
  const definitions = Object.fromEntries(data.definitions.map((item) => [item.name, item]));
  const times = data.equity.time;
  const range = times.length ? [times[0], times.length > 1 ? times[times.length - 1] : times[0] + DAY] : [0, 1];

  function define (name, text) {
    const item = definitions[name];
    return el("span", { class: "tip", tabindex: "0" }, text || item.title,
      el("span", { class: "pop", role: "tooltip" }, `${item.meaning}.`, el("code", null, item.formula)));
  }

  function drawHead () {
    const parts = [data.strategies.join(", "), data.from && data.to ? `${short(data.from).slice(0, 10)} to ${short(data.to).slice(0, 10)}` : null,
      data.instruments.length === 1 ? data.instruments[0].id : `${whole.format(data.instruments.length)} instruments`,
      data.engine ? `${data.engine} engine` : null, data.sets > 1 ? `one of ${whole.format(data.sets)} parameter sets that were tried` : null];
    document.getElementById("name").textContent = data.name || "Backtest";
    document.getElementById("subtitle").textContent = parts.filter(Boolean).join(" \u00b7 ");
    document.getElementById("footer").textContent = `Made by Penstock${data.created ? ` on ${data.created.slice(0, 10)}` : ""}. `
      + `Annualised by ${whole.format(data.periods_per_year)} days a year; times are UTC; money in ${data.currency || "units"}.`;
  }

  function drawTiles () {
    const tiles = ["total_return", "annual_return", "sharpe", "max_drawdown", "volatility", "win_rate", "profit_factor", "trades"];
    const coloured = ["total_return", "annual_return", "sharpe"];
    main.append(el("div", { class: "tiles" }, tiles.map((name) => el("div", { class: "tile" },
      el("div", { class: "label", title: definitions[name].meaning }, definitions[name].title.replace("Maximum", "Max")),
      el("div", { class: `value ${coloured.includes(name) ? tone(total[name]) : ""}` }, show(total[name], definitions[name].unit))))));
  }

  function benchmarkPoints () {
    const values = data.equity.benchmark, first = values && values.find((value) => value !== null && value > 0);
    /* From the same money, so that the curves can be compared. */
    return values && first ? points(times, values.map((value) => (value === null ? null : value / first * Number(data.initial_equity)))) : [];
  }

  function drawEquity () {
    const benchmark = benchmarkPoints();
    let logarithmic = false;
    const equity = chart("Equity over time", "", () => ({
      type: "line",
      data: { datasets: [
        { label: "Equity", data: points(times, data.equity.equity), ...line("accent", { fill: "start", backgroundColor: color("accent-soft") }) },
        { label: "Benchmark", data: benchmark, hidden: !benchmark.length, ...line("other", { borderDash: [5, 3] }) }] },
      options: options({
        scales: { x: timeAxis(range, false), y: valueAxis((value) => compact.format(value), { type: logarithmic ? "logarithmic" : "linear" }) },
        plugins: { tooltip: tooltip((item) => `${item.dataset.label}: ${two.format(item.parsed.y)}`) },
      }),
    }));
    const drawdown = chart("Drawdown over time", "low", () => ({
      type: "line",
      data: { datasets: [{ data: points(times, data.equity.drawdown), ...line("loss", { borderWidth: 1.2, fill: "origin", backgroundColor: color("loss-soft") }) }] },
      options: options({
        scales: { x: timeAxis(range), y: valueAxis((value) => percent(value, 0), { max: 0 }) },
        plugins: { tooltip: tooltip((item) => `Drawdown: ${percent(item.parsed.y)}`) },
      }),
    }));
    const box = el("input", { type: "checkbox", onchange: () => { logarithmic = box.checked; equity.draw(); } });
    const legend = el("div", { class: "legend" }, el("span", { class: "equity" }, "Equity"),
      benchmark.length ? el("span", { class: "benchmark" }, "Benchmark, from the same money") : null);
    card("Equity and drawdown", "", [el("label", null, box, "logarithmic")], legend, equity.node, drawdown.node, drawdownNote());
  }

  function drawdownNote () {
    if (typeof total.max_drawdown !== "number" || !total.max_drawdown) return null;
    const day = (name) => show(total[name], "time");
    const end = typeof total.drawdown_end === "number" ? `recovered on ${day("drawdown_end")}, ${show(total.recovery, "days")} after the trough` : "not recovered";
    return el("p", { class: "note" },
      `Deepest drawdown ${percent(total.max_drawdown)}: from ${day("drawdown_start")} to ${day("drawdown_trough")}, ${end}.`);
  }

  function heatColor (value, most) {
    const share = Math.min(1, Math.abs(value) / most), alpha = 0.1 + 0.62 * share;
    return value > 0 ? `rgba(16, 150, 100, ${alpha})` : value < 0 ? `rgba(214, 58, 70, ${alpha})` : "transparent";
  }

  function drawMonths () {
    const months = Object.entries(data.statistics).filter(([name]) => name.startsWith("month "));
    const values = new Map(months.map(([name, group]) => [name.slice(6), group.total_return]));
    const years = Object.keys(data.statistics).filter((name) => name.startsWith("year ")).map((name) => name.slice(5));
    const sizes = [...values.values()].filter((value) => typeof value === "number").map(Math.abs).sort((a, b) => a - b);
    const most = Math.max(sizes[Math.floor(sizes.length * 0.95)] || 0, 1e-6);
    const cell = (value, className, scale) => {
      const node = el("td", { class: className }, typeof value === "number" ? one.format(value * 100).replace(/^-0\.0$/, "0.0") : "");
      if (typeof value === "number") node.style.backgroundColor = heatColor(value, scale);
      return node;
    };
    if (!years.length) return;
    card("Monthly returns, in percent", "", null, el("div", { class: "scroll", tabindex: "0" }, el("table", { class: "heat" },
      el("thead", null, el("tr", null, ["", ...MONTHS, "Year"].map((name) => el("th", null, name)))),
      el("tbody", null, years.map((year) => el("tr", null, el("th", { scope: "row" }, year),
        MONTHS.map((name, i) => cell(values.get(`${year}-${String(i + 1).padStart(2, "0")}`), "cell", most)),
        cell(data.statistics[`year ${year}`].total_return, "cell total", most * 3)))))));
  }

  function drawRolling () {
    const days = data.daily.day.map((day) => Date.parse(day) / 1000), values = points(days, data.daily.rolling_sharpe);
    const node = chart("Rolling Sharpe ratio", "middle", () => ({
      type: "line", data: { datasets: [{ data: values, ...line("accent") }] },
      options: options({ scales: { x: timeAxis(range), y: valueAxis((value) => one.format(value)) },
        plugins: { tooltip: tooltip((item) => `Sharpe ratio: ${two.format(item.parsed.y)}`) } }),
    }));
    card(`Rolling Sharpe ratio, ${data.daily.rolling_days} days`, "half", null,
      values.length ? node.node : el("p", { class: "note" }, `Fewer than ${data.daily.rolling_days} days.`));
    if (!values.length) drawings.splice(drawings.indexOf(node.draw), 1);
  }

  /* Bins of a width that people can read: 1, 2 or 5 times a power of ten. */
  function histogram (returns) {
    const sorted = [...returns].sort((a, b) => a - b), low = sorted[Math.floor(sorted.length * 0.002)], high = sorted[Math.floor((sorted.length - 1) * 0.998)];
    const rough = Math.max((high - low) / 36, 1e-7), power = 10 ** Math.floor(Math.log10(rough));
    const width = power * [1, 2, 5, 10].find((step) => step * power >= rough);
    const first = Math.floor(low / width), counts = new Array(Math.max(1, Math.floor(high / width) - first + 1)).fill(0);
    for (const value of returns) counts[Math.max(0, Math.min(counts.length - 1, Math.floor(value / width) - first))]++;
    return counts.map((count, i) => ({ x: (first + i + 0.5) * width, y: count, from: (first + i) * width, to: (first + i + 1) * width }));
  }

  function drawDistribution () {
    const returns = data.daily.return.filter((value) => value !== null && value !== 0);
    const bins = returns.length > 1 ? histogram(returns) : [];
    const format = (value) => percent(value, 2).replace(/\.?0+ %$/, " %");
    if (!bins.length) {
      card("Distribution of daily returns", "half", null, el("p", { class: "note" }, "No day had a gain or a loss."));
      return;
    }
    const node = chart("Distribution of daily returns", "middle", () => ({
      type: "bar",
      data: { datasets: [{ data: bins, backgroundColor: bins.map((bin) => color(bin.x > 0 ? "gain" : "loss")), barPercentage: 1, categoryPercentage: 0.94 }] },
      options: options({
        scales: {
          x: { type: "linear", offset: false, grid: { display: false }, ticks: { color: color("soft"), maxRotation: 0, maxTicksLimit: 9, callback: format } },
          y: valueAxis((value) => (Number.isInteger(value) ? whole.format(value) : "")),
        },
        plugins: { tooltip: tooltip((item) => `${whole.format(item.parsed.y)} days`, (items) => (items.length
          ? `${format(items[0].raw.from)} to ${format(items[0].raw.to)}` : "")) },
      }),
    }));
    card("Distribution of daily returns", "half", null, node.node,
      el("p", { class: "note" }, `Days without a change are left out. Value at risk (95 %): ${show(total.value_at_risk, "fraction")}.`));
  }

  const rows = (table) => table.data.map((cells) => Object.fromEntries(table.columns.map((name, i) => [name, cells[i]])));
  const trades = rows(data.trades), fills = rows(data.fills);

  function priceSeries (instrument) {
    const bars = data.prices.find((item) => item.instrument === instrument);
    const own = fills.filter((fill) => fill.instrument === instrument);
    const base = bars ? points(bars.time, bars.close) : own.map((fill) => ({ x: seconds(fill.time), y: Number(fill.price) }));
    const of = (side) => own.filter((fill) => fill.side === side).map((fill) => ({ x: seconds(fill.time), y: Number(fill.price), size: fill.size }));
    return { base, buys: of("buy"), sells: of("sell"), hasBars: Boolean(bars) };
  }

  function priceChart (get) {
    return chart("Price and fills", "", () => {
      const { base, buys, sells } = get(), radius = buys.length + sells.length > 200 ? 2.6 : 4.5;
      const mark = (label, items, name, pointStyle) => ({ label, data: items, type: "scatter", pointStyle, radius, hoverRadius: radius + 1.5,
        backgroundColor: color(name), borderColor: color("card"), borderWidth: 0.8 });
      return {
        type: "line",
        data: { datasets: [mark("Bought", buys, "gain", "rect"), mark("Sold", sells, "loss", "circle"),
          { label: "Price", data: base, ...line("soft", { borderWidth: 1.2, pointHitRadius: 0 }) }] },
        options: options({
          scales: { x: timeAxis(range), y: valueAxis((value) => compact.format(value)) },
          interaction: { mode: "nearest", axis: "xy", intersect: false },
          plugins: { tooltip: tooltip((item) => `${item.dataset.label} ${item.raw.size ? `${decimal(item.raw.size)} at ` : ""}${decimal(String(item.parsed.y))}`) },
        }),
      };
    });
  }

  function drawPrices () {
    const names = [...new Set([...trades.map((trade) => trade.instrument), ...data.prices.map((item) => item.instrument)])].filter(Boolean).sort();
    if (!names.length) return;
    let series = priceSeries(names[0]);
    const note = el("p", { class: "note" });
    const price = priceChart(() => series);
    const choose = (name) => {
      series = priceSeries(name);
      note.textContent = series.hasBars ? "" : "No bars came with this result: the line joins the prices of the fills.";
      price.draw();
    };
    note.textContent = series.hasBars ? "" : "No bars came with this result: the line joins the prices of the fills.";
    card("Price and fills", "", names.length > 1 ? [select("Instrument", names.map((name) => [name, name]), choose)] : [names[0]],
      el("div", { class: "legend" }, el("span", { class: "entry" }, "bought"), el("span", { class: "exit" }, "sold")), price.node, note);
  }

  /* --- statistics --- */

  const GROUPS = [
    ["Return", ["total_return", "annual_return", "net_profit", "best_day", "worst_day", "positive_days", "days"]],
    ["Risk", ["volatility", "sharpe", "sortino", "calmar", "omega", "value_at_risk", "expected_shortfall", "skew", "kurtosis", "tail_ratio"]],
    ["Drawdown", ["max_drawdown", "drawdown_start", "drawdown_trough", "drawdown_end", "recovery", "time_under_water", "under_water_share"]],
    ["Round trips", ["trades", "open_trades", "win_rate", "profit_factor", "expectancy", "payoff_ratio", "average_win", "average_loss", "largest_win",
      "largest_loss", "win_streak", "loss_streak"]],
    ["Holding", ["holding_average", "holding_longest", "holding_bars", "mae_average", "mae_worst", "mfe_average", "mfe_best"]],
    ["Costs and capacity", ["fees", "fills", "turnover", "exposure", "time_in_market", "capacity"]],
    ["Benchmark", ["benchmark_return", "alpha", "beta", "information_ratio", "up_capture", "down_capture"]],
    ["Is it luck?", ["probabilistic_sharpe", "deflated_sharpe"]],
  ];

  function drawStatistics () {
    const shown = GROUPS.filter(([name]) => name !== "Benchmark" || data.equity.benchmark);
    card("Statistics", "long", null, el("div", { class: "columns" }, shown.map(([name, members]) => el("div", { class: "group" }, el("h3", null, name),
      el("dl", null, members.map((member) => el("div", null, el("dt", null, define(member)), el("dd", null, show(total[member], definitions[member].unit)))))))));
  }

  /* --- tables --- */

  function compare (a, b) {
    const x = typeof a === "number" ? a : Number(a), y = typeof b === "number" ? b : Number(b);
    if (a === null || a === undefined) return b === null || b === undefined ? 0 : -1;
    if (b === null || b === undefined) return 1;
    return Number.isNaN(x) || Number.isNaN(y) ? String(a).localeCompare(String(b)) : x - y;
  }

  /* columns: { key, title, left, show (value, row), tone }. Sorted by a click on its title, shown in pages. */
  function table (columns, list, sortBy, descending) {
    const state = { list, sortBy, descending, page: 0 };
    const body = el("tbody"), pager = el("div", { class: "pager" }), heads = [];
    const sort = () => {
      if (state.sortBy) state.list = [...state.list].sort((a, b) => compare(a[state.sortBy], b[state.sortBy]) * (state.descending ? -1 : 1));
      heads.forEach(([key, head]) => head.setAttribute("aria-sort", key !== state.sortBy ? "none" : state.descending ? "descending" : "ascending"));
      fill();
    };
    const go = (page) => { state.page = page; fill(); };
    const fill = () => {
      const pages = Math.max(1, Math.ceil(state.list.length / PAGE_ROWS)), from = state.page * PAGE_ROWS;
      body.replaceChildren(...state.list.slice(from, from + PAGE_ROWS).map((row) => el("tr", null, columns.map((column) => {
        const value = row[column.key];
        return el("td", { class: `${column.left ? "left" : ""} ${column.tone ? tone(Number(value)) : ""}` }, column.show ? column.show(value, row) : value);
      }))));
      pager.replaceChildren(...(pages < 2 ? [] : [
        el("span", null, `${whole.format(from + 1)} to ${whole.format(Math.min(from + PAGE_ROWS, state.list.length))} of ${whole.format(state.list.length)}`),
        el("button", { type: "button", disabled: state.page === 0, onclick: () => go(0), "aria-label": "First page" }, "\u00ab"),
        el("button", { type: "button", disabled: state.page === 0, onclick: () => go(state.page - 1) }, "Previous"),
        el("button", { type: "button", disabled: state.page + 1 >= pages, onclick: () => go(state.page + 1) }, "Next"),
        el("button", { type: "button", disabled: state.page + 1 >= pages, onclick: () => go(pages - 1), "aria-label": "Last page" }, "\u00bb")]));
    };
    for (const column of columns) {
      const press = () => {
        state.descending = state.sortBy === column.key ? !state.descending : false;
        state.sortBy = column.key;
        state.page = 0;
        sort();
      };
      heads.push([column.key, el("th", { class: column.left ? "left" : "", scope: "col" }, el("button", { type: "button", onclick: press }, column.title))]);
    }
    sort();
    const replace = (next) => { state.list = next; state.page = 0; sort(); };
    return { node: el("div", null, el("div", { class: "scroll", tabindex: "0" }, el("table", null, el("thead", null, el("tr", null, heads.map((head) => head[1]))), body)), pager), replace };
  }

  function drawGroups (prefix, title, names) {
    const list = Object.entries(data.statistics).filter(([name]) => name.startsWith(prefix))
      .map(([name, group]) => ({ name: name.slice(prefix.length), ...group })).filter((row) => prefix !== "instrument " || row.trades > 0);
    const columns = [{ key: "name", title: title.replace(/^By /, "").replace(/^./, (c) => c.toUpperCase()), left: true },
      ...names.map((name) => ({ key: name, title: definitions[name].title, tone: ["net_profit", "total_return"].includes(name),
        show: (value) => show(value, definitions[name].unit) }))];
    if (list.length) card(title, "long", null, table(columns, list, prefix === "year " ? "name" : "net_profit", prefix !== "year ").node);
  }

  const money = (text) => two.format(Number(text));

  function drawTrades () {
    const badge = (value) => el("span", { class: `badge ${value}` }, value);
    const columns = [
      { key: "instrument", title: "Instrument", left: true }, { key: "direction", title: "Side", left: true, show: badge },
      { key: "entry_time", title: "Entry", show: short }, { key: "exit_time", title: "Exit", show: (value, row) => (row.state === "open" ? "open" : short(value)) },
      { key: "bars", title: "Bars", show: (value) => whole.format(value) }, { key: "size", title: "Size", show: decimal },
      { key: "entry_price", title: "Entry price", show: decimal }, { key: "exit_price", title: "Exit price", show: decimal },
      { key: "fees", title: "Fees", show: money }, { key: "profit", title: "Profit", tone: true, show: money },
      { key: "adverse", title: "MAE", show: money }, { key: "favourable", title: "MFE", show: money }];
    if (data.strategies.length > 1) columns.splice(1, 0, { key: "strategy", title: "Strategy", left: true });
    if (!trades.length) {
      card("Round trips", "", null, el("p", { class: "note" }, "There were none."));
      return;
    }
    const shown = table(columns, trades, "entry_time", false);
    const names = [...new Set(trades.map((trade) => trade.instrument))].sort();
    const filter = names.length > 1 ? [select("Instrument", [["", "all"], ...names.map((name) => [name, name])],
      (name) => shown.replace(name ? trades.filter((trade) => trade.instrument === name) : trades))] : null;
    card(`Round trips (${whole.format(trades.length)})`, "long", filter, shown.node);
  }

  /* --- the parameters of a sweep --- */

  const SCALE = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];

  function surfaceColor (share) {
    const place = Math.max(0, Math.min(1, share)) * (SCALE.length - 1), low = Math.min(Math.floor(place), SCALE.length - 2);
    return `rgb(${SCALE[low].map((value, i) => Math.round(value + (SCALE[low + 1][i] - value) * (place - low))).join(",")})`;
  }

  /* Of sets that differ only in other parameters the best is shown. */
  function surfaceCells (sweep, x, y, statistic) {
    const better = (definitions[sweep.columns[statistic]] || {}).better === -1 ? -1 : 1, cells = new Map();
    for (const row of sweep.data) {
      const key = `${row[x]} ${row[y]}`, value = row[statistic];
      if (typeof value === "number" && (!cells.has(key) || (value - cells.get(key).value) * better > 0)) cells.set(key, { x: row[x], y: row[y], value, set: row[0] });
    }
    return mergeCells([...cells.values()], better);
  }

  /* Sets that were drawn by lot, or steps that depend on each other, leave holes: neighbours are put together until most of the surface is covered. */
  function mergeCells (cells, better) {
    const values = { x: [...new Set(cells.map((cell) => cell.x))].sort((a, b) => a - b), y: [...new Set(cells.map((cell) => cell.y))].sort((a, b) => a - b) };
    const each = { x: 1, y: 1 };
    for (;;) {
      const places = { x: new Map(values.x.map((value, i) => [value, values.x[i - i % each.x]])), y: new Map(values.y.map((value, i) => [value, values.y[i - i % each.y]])) };
      const merged = new Map();
      for (const cell of cells) {
        const x = places.x.get(cell.x), y = places.y.get(cell.y), key = `${x} ${y}`;
        if (!merged.has(key) || (cell.value - merged.get(key).value) * better > 0) merged.set(key, { x, y, value: cell.value, set: cell.set, at: cell });
      }
      const nx = Math.ceil(values.x.length / each.x), ny = Math.ceil(values.y.length / each.y);
      if (merged.size >= 0.4 * nx * ny || nx * ny <= 16) return [...merged.values()];
      each[nx > ny ? "x" : "y"] *= 2;
    }
  }

  /* The middle of most values, so that one outlier does not make all others alike. */
  function surfaceRange (cells) {
    const values = cells.map((cell) => cell.value).sort((a, b) => a - b);
    const low = values[Math.floor((values.length - 1) * 0.02)], high = values[Math.ceil((values.length - 1) * 0.98)];
    return [low, high > low ? high : low + 1e-9];
  }

  function drawSurfaceOn (canvas, cells, names) {
    const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight, pen = canvas.getContext("2d");
    const left = 52, bottom = 40, right = 88, top = 8, xs = [...new Set(cells.map((cell) => cell.x))].sort((a, b) => a - b);
    const ys = [...new Set(cells.map((cell) => cell.y))].sort((a, b) => a - b), [low, high] = surfaceRange(cells);
    const stepX = (width - left - right) / xs.length, stepY = (height - top - bottom) / ys.length;
    const placeX = new Map(xs.map((value, i) => [value, left + i * stepX])), placeY = new Map(ys.map((value, i) => [value, height - bottom - (i + 1) * stepY]));
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    pen.scale(ratio, ratio);
    for (const cell of cells) {
      pen.fillStyle = surfaceColor((cell.value - low) / (high - low));
      pen.fillRect(placeX.get(cell.x), placeY.get(cell.y), Math.ceil(stepX + 0.2) , Math.ceil(stepY + 0.2));
    }
    pen.fillStyle = color("soft");
    pen.font = "12px system-ui, sans-serif";
    pen.textAlign = "center";
    const everyX = Math.max(1, Math.ceil(xs.length / Math.max(2, (width - left - right) / 48))), everyY = Math.max(1, Math.ceil(ys.length / Math.max(2, height / 32)));
    xs.forEach((value, i) => { if (i % everyX === 0) pen.fillText(String(value), placeX.get(value) + stepX / 2, height - bottom + 16); });
    pen.fillText(names[0], left + (width - left - right) / 2, height - 4);
    pen.textAlign = "right";
    ys.forEach((value, i) => { if (i % everyY === 0) pen.fillText(String(value), left - 6, placeY.get(value) + stepY / 2 + 4); });
    for (let i = 0; i < 100; i++) {
      pen.fillStyle = surfaceColor(1 - i / 99);
      pen.fillRect(width - right + 14, top + (height - top - bottom) * i / 100, 12, (height - top - bottom) / 100 + 1);
    }
    pen.fillStyle = color("soft");
    pen.textAlign = "left";
    pen.fillText(names[2](high), width - right + 30, top + 10);
    pen.fillText(names[2](low), width - right + 30, height - bottom);
    pen.save();
    pen.translate(12, top + (height - top - bottom) / 2);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = "center";
    pen.fillText(names[1], 0, 0);
    pen.restore();
    return (px, py) => cells.find((cell) => px >= placeX.get(cell.x) && px < placeX.get(cell.x) + stepX && py >= placeY.get(cell.y) && py < placeY.get(cell.y) + stepY);
  }

  function drawSurface () {
    const sweep = data.sweep;
    if (!sweep) return;
    const parameters = sweep.columns.slice(1, 1 + sweep.parameters).map((name, i) => [i + 1, name]);
    const statistics = sweep.columns.slice(1 + sweep.parameters).map((name, i) => [i + 1 + sweep.parameters, (definitions[name] || { title: name }).title]);
    if (parameters.length < 2) {
      drawSweepLine(sweep, statistics);
      return;
    }
    const state = { x: 1, y: 2, statistic: statistics[0][0] };
    const format = (value) => show(value, (definitions[sweep.columns[state.statistic]] || {}).unit);
    const canvas = el("canvas", { role: "img", "aria-label": "Parameter surface" }), readout = el("p", { class: "readout" }, "\u00a0");
    let find = () => null;
    const draw = () => {
      const cells = surfaceCells(sweep, state.x, state.y, state.statistic);
      find = drawSurfaceOn(canvas, cells, [sweep.columns[state.x], sweep.columns[state.y], format]);
    };
    const point = (event) => {
      const box = canvas.getBoundingClientRect(), cell = find(event.clientX - box.left, event.clientY - box.top);
      readout.textContent = cell ? `${sweep.columns[state.x]} ${cell.at.x}, ${sweep.columns[state.y]} ${cell.at.y}: ${format(cell.value)} (set ${cell.set})` : "\u00a0";
    };
    const set = (key) => (value) => { state[key] = Number(value); draw(); };
    const selects = [select("x", parameters, set("x")), select("y", parameters, set("y")), select("Statistic", statistics, set("statistic"))];
    selects[1].querySelector("select").value = "2";
    canvas.addEventListener("pointermove", point);
    canvas.addEventListener("pointerdown", point);
    card(`Parameters of the sweep (${whole.format(sweep.data.length)} sets)`, "", selects, el("div", { class: "surface" }, canvas), readout,
      el("p", { class: "note" }, "Of the sets that fall on one field the best is shown."));
    drawings.push(draw);
    new ResizeObserver(draw).observe(canvas);
  }

  function drawSweepLine (sweep, statistics) {
    const state = { statistic: statistics[0][0] };
    const node = chart("Statistic by parameter", "middle", () => ({
      type: "line",
      data: { datasets: [{ data: sweep.data.map((row) => ({ x: row[1], y: row[state.statistic] })).filter((item) => typeof item.y === "number")
        .sort((a, b) => a.x - b.x), ...line("accent", { pointRadius: 2 }) }] },
      options: options({ scales: { x: { type: "linear", title: { display: true, text: sweep.columns[1], color: color("soft") }, grid: { color: color("grid") },
        ticks: { color: color("soft") } }, y: valueAxis((value) => two.format(value)) },
      plugins: { tooltip: tooltip((item) => two.format(item.parsed.y), (items) => (items.length ? `${sweep.columns[1]} ${items[0].parsed.x}` : "")) } }),
    }));
    card(`Parameters of the sweep (${whole.format(sweep.data.length)} sets)`, "",
      [select("Statistic", statistics, (value) => { state.statistic = Number(value); node.draw(); })], node.node);
  }

  function drawProvenance () {
    const list = [...data.parameters, ...data.plugins.map((plugin) => `plugin ${plugin}`), data.data_hash ? `data ${data.data_hash}` : null,
      data.key ? `key ${data.key}` : null, data.bars ? `${whole.format(data.bars)} bars` : null].filter(Boolean);
    if (list.length) card("Parameters and where it is from", "long", null, el("ul", { class: "plain" }, list.map((text) => el("li", null, text))));
  }

  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 12;
  root.dataset.theme = dark.matches ? "dark" : "light";
  drawHead();
  drawTiles();
  if (times.length) {
    drawEquity();
    drawMonths();
    drawRolling();
    drawDistribution();
  }
  drawPrices();
  drawSurface();
  drawStatistics();
  drawGroups("strategy ", "By strategy", ["net_profit", "trades", "win_rate", "profit_factor", "expectancy", "fees"]);
  if (data.instruments.length > 1) drawGroups("instrument ", "By instrument", ["net_profit", "trades", "win_rate", "profit_factor", "expectancy", "fees"]);
  drawGroups("year ", "By year", ["total_return", "net_profit", "sharpe", "volatility", "max_drawdown", "trades", "win_rate"]);
  drawTrades();
  drawProvenance();
  drawings.forEach((draw) => draw());
  watchTheme();
  applyTheme();
  document.documentElement.dataset.ready = "yes";
})();
