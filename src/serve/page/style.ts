/** The style sheet of the status page. It stands in the page itself, which loads nothing. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --faint: #57606a; --ground: #ffffff; --card: #f6f8fa; --line: #d0d7de;
  --good: #116329; --bad: #a40e26; --warn: #7a4d00; --deleted: #1f6feb; --already-gone: #6e7781; --deferred: #9a6700;
  --failed: #cf222e; --uncertain: #8250df; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --faint: #9da7b3; --ground: #0d1117; --card: #161b22;
  --line: #3d444d; --good: #56d364; --bad: #ff9492; --warn: #e3b341; --deleted: #58a6ff; --already-gone: #8b949e;
  --deferred: #d29922; --failed: #f85149; --uncertain: #bc8cff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 66rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 0.5rem; }
h3 { font-size: 1rem; margin: 1rem 0 0.25rem; }
p { margin: 0.25rem 0; }
a { color: inherit; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; background: var(--ground); padding: 0.5rem; }
.state { border-left: 0.4rem solid var(--faint); background: var(--card); padding: 0.75rem 1rem; margin: 1rem 0;
  overflow-wrap: anywhere; }
.state.good { border-color: var(--good); } .state.bad { border-color: var(--bad); } .state.warn { border-color: var(--warn); }
.state strong { display: block; font-size: 1.15rem; }
.state.good strong { color: var(--good); } .state.bad strong { color: var(--bad); } .state.warn strong { color: var(--warn); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.5rem; margin: 0; }
dt { color: var(--faint); } dd { margin: 0; }
.scroll { overflow-x: auto; } .scroll:focus-visible, a:focus-visible, summary:focus-visible { outline: 3px solid var(--deleted); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: top; }
thead th { white-space: normal; vertical-align: bottom; } tbody th { white-space: normal; overflow-wrap: anywhere; min-width: 9rem; }
th.n, td.n { text-align: right; } td.wide { white-space: normal; min-width: 8rem; width: 99%; } td.sid { font: 0.85rem/1.75 ui-monospace, monospace; }
caption { text-align: left; color: var(--faint); }
.good-text { color: var(--good); } .bad-text { color: var(--bad); } .warn-text { color: var(--warn); } .faint { color: var(--faint); }
figure { margin: 0; } svg { width: 100%; height: auto; display: block; } svg text { fill: var(--faint); font-size: 11px; }
h3, ul.words, dd { overflow-wrap: anywhere; }
svg line { stroke: var(--line); }
.deleted { fill: var(--deleted); } .already-gone { fill: var(--already-gone); } .deferred { fill: var(--deferred); }
.failed { fill: var(--failed); } .uncertain { fill: var(--uncertain); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; padding: 0; margin: 0.25rem 0; }
.legend svg { width: 0.8rem; height: 0.8rem; display: inline-block; margin-right: 0.35rem; }
ul.words { padding-left: 1.2rem; margin: 0.25rem 0; } ul.words li { margin: 0.2rem 0; }
footer { margin-top: 2.5rem; color: var(--faint); font-size: 0.9rem; }
@media (max-width: 48rem) { svg text { font-size: 15px; } }
@media (max-width: 34rem) { svg text { font-size: 22px; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.5rem; } }
@media print { body { max-width: none; } .skip, summary { display: none; } details::details-content { content-visibility: visible; } }
`;
