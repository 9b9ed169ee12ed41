# SPDX-License-Identifier: Apache-2.0
"""The Python package's names, signatures and docstrings as a Markdown page, from its sources (nothing is imported)."""
import ast
import copy
import re


def docstring_lines(node):
    """A docstring as Markdown: examples become blocks."""
    lines, block = [], False
    for line in (ast.get_docstring(node) or "").split("\n"):
        if line.startswith(">>> ") and not block:
            lines += ["", "```pycon"]
            block = True
        elif block and not line.strip():
            lines.append("```")
            block = False
        lines.append(line if block else re.sub(r"(?<!`)\b__(\w+)__\b", r"`__\1__`", line))
    return lines + ["```"] * block


def parameters_as_list(lines, names):
    """A paragraph that says "x: what it is. y, z: what they are." about a function's parameters, as a list of them."""
    word = "(?:" + "|".join(sorted(names) + ["Further options"]) + r")\b"
    begin = re.compile(rf"(?:^|(?<=[.;] ))(?={word}(?:(?:, | or ){word})*: )|(?<=\. )(?={word} (?:is|are) )")
    result, paragraph, block = [], [], False
    for line in lines + [""]:
        block = block != line.startswith("```")
        if not block and line and not line.startswith("```"):
            paragraph.append(line.strip())
            continue
        before, *parts = begin.split(" ".join(paragraph)) if names else [""]
        if len(parts) > 1:
            result += [before.strip(), ""] if before.strip() else []
            for part in parts:
                head = re.match(rf"{word}(?:(?:, | or ){word})*", part)[0]
                result.append("- " + re.sub(r"\b\w+\b", lambda found: f"`{found[0]}`" if found[0] in names else found[0], head) + part[len(head):].rstrip(" ;"))
        else:
            result += paragraph
        result.append(line)
        paragraph = []
    return result[:-1]


def signature(node, bound):
    arguments = ast.unparse(node.args)
    if bound:
        arguments = re.sub(r"^(self|cls)(, )?", "", arguments)
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"({arguments}){result}".replace("_core.", "")


def wrapped(text, width=84):
    """A long call on several lines, broken after commas between parameters."""
    if len(text) <= width:
        return text
    lines, depth = [""], 0
    for letter in text:
        lines[-1] += letter
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 1 and len(lines[-1]) > width - 24:
            lines.append("   ")
    return "\n".join(lines)


def decorators(node):
    return {ast.unparse(word) for word in node.decorator_list}


def function_lines(node, level, bound, prefix=""):
    words = decorators(node)
    name = f"{prefix}{node.name}"
    lines = [f"{'#' * level} {name}", ""]
    if "property" in words:
        kind = f": {ast.unparse(node.returns)}" if node.returns else ""
        lines += ["```python", f"{node.name}{kind}", "```", ""]
    else:
        how = "@staticmethod\n" if "staticmethod" in words else "@classmethod\n" if "classmethod" in words else ""
        lines += ["```python", how + wrapped(node.name + signature(node, bound)), "```", ""]
    names = {argument.arg for argument in node.args.args + node.args.kwonlyargs} - {"self", "cls"}
    return lines + parameters_as_list(docstring_lines(node), names) + [""]


def class_lines(node):
    lines = [f"## {node.name}", ""] + docstring_lines(node) + [""]
    fields = [item for item in node.body if isinstance(item, ast.AnnAssign) and not item.target.id.startswith("_")]
    if fields:
        lines += ["```python"] + [ast.unparse(item) for item in fields] + ["```", ""]
    seen = set()
    for item in node.body:
        if not isinstance(item, ast.FunctionDef) or item.name.startswith("_") and item.name != "__init__":
            continue
        if item.name in seen or any(word.endswith(".setter") for word in decorators(item)):
            continue
        if item.name == "__init__" and not ast.get_docstring(item):
            lines += ["```python", wrapped(node.name + signature(item, True)), "```", ""]
            continue
        seen.add(item.name)
        lines += function_lines(item, 3, "staticmethod" not in decorators(item), f"{node.name}.")
    return lines


def page_of(package):
    def parse(file):
        return ast.parse(file.read_text(encoding="utf-8"))

    top = parse(package / "__init__.py")
    names = next(ast.literal_eval(item.value) for item in top.body if isinstance(item, ast.Assign) and ast.unparse(item.targets[0]) == "__all__")
    found, same = {}, {}
    for file in sorted(package.glob("*.py")) + [package / "_core.pyi"]:
        for item in parse(file).body:
            if isinstance(item, (ast.ClassDef, ast.FunctionDef)) and item.name not in found:
                found[item.name] = item
            elif isinstance(item, ast.Assign) and isinstance(item.value, ast.Name):  # another name of the same
                same[ast.unparse(item.targets[0])] = item.value.id
    lines = ["# Python: all names", "", "`import sinew`. [In Python](../python.md) tells how they are used together; this page is made of the package's docstrings.", ""]
    for name, other in same.items():
        if name not in found and other in found:
            found[name] = copy.copy(found[other])
            found[name].name = name
    classes = sorted(name for name in names if isinstance(found.get(name), ast.ClassDef))
    functions = sorted(name for name in names if isinstance(found.get(name), ast.FunctionDef))
    missing = set(names) - set(classes) - set(functions) - {"__version__"}
    if missing:
        raise SystemExit(f"python_page: no definition of {', '.join(sorted(missing))}")
    for title, part in (("Functions", functions), ("Classes", classes)):
        lines.append(f"{title}: " + ", ".join(f"[{name}](#{name.lower()})" for name in part) + ".\n")
    for name in functions:
        lines += function_lines(found[name], 2, False)
    for name in classes:
        lines += class_lines(found[name])
    return "\n".join(lines)
