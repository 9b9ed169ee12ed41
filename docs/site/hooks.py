# SPDX-License-Identifier: Apache-2.0
"""What the site changes in a page: links to files of the source tree, which the site has not, and comments about blocks for tests/docs."""
import logging
import os
import posixpath
import re

LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^)\s]+)\)")
REPOSITORY = os.environ.get("SINEW_REPOSITORY_URL", "").rstrip("/")  # such as https://example.org/sinew/blob/main


ITEM = re.compile(r"( *)([-*+]|(\d+)[.)])( +)(?=\S)")


def lists_as_github_reads_them(lines):
    """Pairs of a line and whether it is code. Python-Markdown wants empty lines around lists and four blanks a level; GitHub, and these pages, neither."""
    result, levels, fence, shift, after_empty, loose = [], [], None, 0, True, False
    for line in lines:
        bare = line.lstrip(" ")
        if not bare:
            result.append(("", bool(result) and result[-1][1]))
            after_empty = True
            continue
        indent = len(line) - len(bare)
        if fence is not None:
            result.append((" " * (4 * len(levels) + max(0, indent - shift)) + bare, True))
            if bare.startswith(fence):
                fence = None
            after_empty = False
            continue
        item, depth = ITEM.match(line), len(levels)
        if item or after_empty:
            while levels and indent < levels[-1]:
                levels.pop()
        base = levels[-1] if levels else 0
        sibling = depth > len(levels)
        if item and (indent >= base + 4 or not sibling and not after_empty and item[3] not in (None, "1")):
            item = None  # code, or a line of a paragraph that begins with a number
        code = item is None and indent >= base + 4 and (after_empty or bool(result) and result[-1][1])
        if not levels and not item:
            loose = False
        loose = loose or bool(levels) and after_empty and not item
        if item and not after_empty and (loose or not levels and not sibling):
            result.append(("", False))
        mark = re.match(r"(```+|~~~+)", bare)
        if mark:
            fence, shift = mark[1], indent
        result.append((" " * (4 * len(levels) + (indent - base if code else 0)) + bare, code or mark is not None))
        if item:
            levels.append(indent + len(item[2]) + len(item[4]))
        after_empty = False
    return result


def on_page_markdown(markdown, page, config, files):
    known = {file.src_uri for file in files}
    folder = posixpath.dirname(page.file.src_uri)

    def replace(link):
        picture, text, target = link.groups()
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            return link[0]
        path, _, anchor = target.partition("#")
        place = posixpath.normpath(posixpath.join(folder, path))
        if place in known:
            return link[0]
        index = posixpath.join(place, "README.md")
        if index in known:  # a folder: its page
            return f"{picture}[{text}]({posixpath.relpath(index, folder or '.')}{'#' + anchor if anchor else ''})"
        tree = posixpath.normpath(posixpath.join("docs", place))
        if not os.path.exists(os.path.join(os.environ["SINEW_SOURCE_TREE"], tree)):
            logging.getLogger("mkdocs.hooks").warning("%s links to %s, which is not there", page.file.src_uri, target)
        if REPOSITORY:
            return f"[{text}]({REPOSITORY}/{tree})"
        return text if text.startswith("`") else f"{text} (`{tree}`)" if text.strip("`") != tree else f"`{tree}`"

    lines = [line if code else LINK.sub(replace, line) for line, code in lists_as_github_reads_them(markdown.split("\n"))]
    return re.sub(r"^<!-- (not run|needs|exit|file|shows).*?-->\n", "", "\n".join(lines), flags=re.MULTILINE)


def on_page_content(html, page, config, files):
    """A short piece of code, such as --json, stays on one line: browsers break it behind hyphens."""
    return re.sub(r"(?<!<pre>)(?<!<span></span>)<code>(?=[^<\n]{1,30}</code>)", '<code class="short">', html)
