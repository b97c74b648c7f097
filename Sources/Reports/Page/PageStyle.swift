/// How the page looks: light or dark as the reader's system is, in one column on a phone.
enum PageStyle {
  /// The style sheet. Nothing of a repository is in it.
  static let css = """
    :root{color-scheme:light dark;--bg:#fafaf8;--panel:#fff;--ink:#1f2328;--soft:#5b626b;--line:#e2e4e8;\
    --accent:#2b5fd9;--bad:#b42318;--bad-bg:#fdf1ef;--warn:#875800;--warn-bg:#fcf5e2;--good:#1a7046;--good-bg:#ecf6f0}
    @media (prefers-color-scheme:dark){:root{--bg:#0f1113;--panel:#17191d;--ink:#e9ebee;--soft:#a3aab3;\
    --line:#2a2f35;--accent:#8fb1ff;--bad:#ff9c90;--bad-bg:#2c1917;--warn:#efc36d;--warn-bg:#292113;\
    --good:#72d4a3;--good-bg:#13261c}}
    *{box-sizing:border-box}
    html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--bg);color:var(--ink);\
    font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
    code{font:.86em/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
    a{color:var(--accent);text-underline-offset:.15em}
    :focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
    .spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
    .skip{position:absolute;left:-100vw;top:0;padding:.5rem 1rem;background:var(--panel);z-index:1}
    .skip:focus{left:0}
    header,main,footer{max-width:70rem;margin:0 auto;padding:0 1.25rem}
    header{padding-top:2.5rem}
    h1{font-size:1.75rem;line-height:1.2;margin:0;letter-spacing:-.01em;font-weight:650;overflow-wrap:anywhere}
    h2{font-size:1.15rem;margin:0 0 .9rem;font-weight:650}
    h3{font-size:.95rem;margin:1.2rem 0 .4rem;font-weight:600}
    .eyebrow{margin:0 0 .35rem;color:var(--soft);font-size:.85rem}
    .lead{margin:.5rem 0 0;color:var(--soft);overflow-wrap:anywhere}
    .badge{display:inline-block;margin:1rem 0 0;padding:.35rem .8rem;border-radius:999px;font-weight:600;font-size:.92rem}
    .bad{color:var(--bad)}.warn{color:var(--warn)}.good{color:var(--good)}.soft{color:var(--soft)}
    .badge.bad{background:var(--bad-bg)}.badge.warn{background:var(--warn-bg)}.badge.good{background:var(--good-bg)}
    nav{margin:1.5rem 0 0;padding:.7rem 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
    nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;list-style:none;margin:0;padding:0;font-size:.92rem}
    nav a{text-decoration:none}nav a:hover{text-decoration:underline}
    section{margin:2.4rem 0}
    .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:1rem;\
    list-style:none;margin:0;padding:0}
    .card{background:var(--panel);border:1px solid var(--line);border-radius:12px;padding:1rem 1.1rem .8rem;min-width:0}
    .card h3{margin:0;font-weight:500;color:var(--soft);font-size:.88rem;overflow-wrap:anywhere}
    .figure{margin:.1rem 0 .3rem;font-size:1.45rem;font-weight:600;font-variant-numeric:tabular-nums;line-height:1.3}
    .figure small{font-size:.85rem;font-weight:500;color:var(--soft);margin-left:.4rem;white-space:nowrap}
    .span{display:flex;justify-content:space-between;gap:1rem;margin:.2rem 0 0;color:var(--soft);font-size:.76rem;\
    font-variant-numeric:tabular-nums}
    svg{display:block}
    .plot{width:100%;height:auto;overflow:visible}
    .plot .line{fill:none;stroke:var(--accent);stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
    .plot .area{fill:var(--accent);opacity:.08}
    .plot .base{stroke:var(--line)}
    .plot circle{fill:var(--panel);stroke:var(--accent);stroke-width:1.6}
    .plot .last{fill:var(--accent)}
    .plot .off{stroke:var(--bad)}.plot .off.last{fill:var(--bad)}
    .plot a:hover circle{stroke-width:3.4}
    .map{overflow-x:auto;background:var(--panel);border:1px solid var(--line);border-radius:12px;padding:1.1rem}
    .map svg{margin:0 auto}
    .map text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--ink);text-anchor:middle}
    .map .small{font-size:11px;fill:var(--soft)}
    .map rect{fill:var(--panel);stroke:var(--soft);stroke-opacity:.55}
    .map .data rect{fill:var(--bg);stroke-dasharray:4 3}
    .map .data text{fill:var(--soft)}
    .map .stale rect{fill:var(--bad-bg);stroke:var(--bad);stroke-opacity:1;stroke-width:1.5}
    .map .stale .small{fill:var(--bad);font-weight:600}
    .map .edge{fill:none;stroke:var(--soft);stroke-opacity:.5;stroke-width:1.3}
    .map marker path{fill:var(--soft);fill-opacity:.75}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
    th{text-align:left;font-weight:500;color:var(--soft);font-size:.82rem}
    th,td{padding:.42rem .9rem .42rem 0;border-bottom:1px solid var(--line);vertical-align:top}
    .changes{table-layout:fixed}.changes th:first-child{width:34%}
    tbody th{color:var(--ink);font-size:inherit;overflow-wrap:anywhere;min-width:7rem}
    tr:last-child>*{border-bottom:0}
    .commits{list-style:none;margin:0;padding:0;border:1px solid var(--line);border-radius:12px;\
    background:var(--panel);overflow:hidden}
    .commits>li+li{border-top:1px solid var(--line)}
    details>summary{cursor:pointer}
    .commit>summary{display:grid;grid-template-columns:1.2rem 7rem minmax(0,1fr) auto;gap:0 .7rem;\
    align-items:baseline;padding:.62rem 1rem;list-style:none}
    .commit>summary::-webkit-details-marker{display:none}
    .commit>summary:hover{background:var(--bg)}
    .commit>summary:focus-visible{outline-offset:-2px}
    .commit[open]>summary{border-bottom:1px solid var(--line)}
    .commit:target>summary{box-shadow:inset 3px 0 var(--accent)}
    .mark{font-weight:700;text-align:center}
    .subject{overflow-wrap:anywhere}
    .day{color:var(--soft);font-size:.85rem;font-variant-numeric:tabular-nums;white-space:nowrap}
    .chips{grid-column:3/-1;display:flex;flex-wrap:wrap;gap:.3rem;margin-top:.25rem}
    .chips:empty{display:none}
    .chip{font-size:.78rem;color:var(--soft);border:1px solid var(--line);border-radius:6px;padding:.02rem .45rem;\
    overflow-wrap:anywhere}
    .inside{padding:.2rem 1rem 1.1rem 2.9rem}
    .findings{list-style:none;margin:0;padding:0}
    .findings>li{padding:.7rem 0;border-bottom:1px solid var(--line)}
    .findings>li:last-child{border-bottom:0}
    .findings p{margin:0;overflow-wrap:anywhere}
    .level{font-size:.78rem;font-weight:650;margin-right:.4rem}
    dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.1rem .9rem;margin:.35rem 0 0;font-size:.9rem}
    dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
    .fold{margin-top:1rem}
    .fold>summary{color:var(--soft)}
    footer{padding-bottom:3rem;color:var(--soft);font-size:.85rem}
    @media (max-width:40rem){header{padding-top:1.6rem}h1{font-size:1.45rem}\
    .commit>summary{grid-template-columns:1.2rem minmax(0,1fr) auto;padding:.7rem .8rem}\
    .commit .subject,.chips{grid-column:2/-1}.commit .day{grid-row:1;grid-column:3}\
    .inside{padding-left:1rem}th,td{padding-right:.6rem}}
    @media print{body{background:#fff}nav,.skip{display:none}.card,.commits>li{break-inside:avoid}}
    """

  /// The SHA-256 of ``css``, by which the page lets this style sheet in and no other (CSP Level 3, 2.3.1). The tests say
  /// the right one when it is another.
  static let digest = "sha256-m0PAf/IUdp1Op/edTQXIpymOroJE/b6jZACXr2kN3aw="
}
