# SPDX-License-Identifier: Apache-2.0
"""A Jupyter notebook as a Markdown page: text, code, and what was printed or shown when it was saved."""
import json
import re


def text_of(source):
    return source if isinstance(source, str) else "".join(source)


def shown(output):
    """An output as Markdown: HTML and pictures as they are, else the text."""
    if "text" in output:
        return ["```text", text_of(output["text"]).rstrip("\n"), "```", ""]
    data = output.get("data", {})
    if "text/html" in data:
        html = re.sub(r"\n\s*\n", "\n", text_of(data["text/html"]))  # an empty line would end the block
        return [f'<div class="notebook-output">{html}</div>', ""]
    if "image/png" in data:
        return [f'<img alt="" src="data:image/png;base64,{text_of(data["image/png"]).strip()}">', ""]
    if "image/svg+xml" in data:
        return [text_of(data["image/svg+xml"]), ""]
    return ["```text", text_of(data.get("text/plain", "")), "```", ""]


def page_of(file, title):
    notebook = json.loads(file.read_text(encoding="utf-8"))
    lines = [f"# {title}", "", f"From `docs/{file.name}`, with the outputs that it was saved with; a test runs its cells.", ""]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            text = re.sub(r"^#+ ", lambda marks: "#" + marks[0] if len(marks[0]) < 7 else marks[0], text_of(cell["source"]), flags=re.MULTILINE)
            lines += [re.sub(r"\$([^$\n]+)\$", lambda formula: mathematics(formula[1]), text), ""]
        elif cell["cell_type"] == "code":
            lines += ["```python", text_of(cell["source"]), "```", ""]
            for output in cell.get("outputs", []):
                lines += shown(output)
    return "\n".join(lines)


def mathematics(text):
    """Small formulas as text: x_0 < 0 with an index below; the site loads no typesetting."""
    text = text.replace("\\le", "≤").replace("\\ge", "≥").replace("\\varepsilon", "ε").replace("\\epsilon", "ε").replace("\\infty", "∞")
    text = re.sub(r"_\{?(\w+)\}?", r"<sub>\1</sub>", text.replace("<", "&lt;"))
    return f"<i>{text}</i>".replace("&lt;sub>", "<sub>")
