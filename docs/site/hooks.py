"""What the site changes in a page: links to files of the source tree, which the site has not, and comments about blocks for tests/docs."""
import logging
import os
import posixpath
import re

LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^)\s]+)\)")
REPOSITORY = os.environ.get("SINEW_REPOSITORY_URL", "").rstrip("/")  # such as https://example.org/sinew/blob/main


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

    lines, fence = [], None
    for line in markdown.split("\n"):
        mark = re.match(r"\s*(```+|~~~+)", line)
        if mark and (fence is None or line.strip().startswith(fence)):
            fence = mark[1] if fence is None else None
        lines.append(line if fence or line.startswith("    ") else LINK.sub(replace, line))
    return re.sub(r"^<!-- (not run|needs|exit|file|shows).*?-->\n", "", "\n".join(lines), flags=re.MULTILINE)
