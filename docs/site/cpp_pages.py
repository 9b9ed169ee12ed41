# SPDX-License-Identifier: Apache-2.0
"""Doxygen's XML of include/sinew as Markdown pages: one a header, so that the site's search finds every name."""
import xml.etree.ElementTree as tree


def plain(node):
    return "".join(node.itertext()).strip() if node is not None else ""


def prose(node):
    """A description: paragraphs, code and lists; what Doxygen marks up beyond that is its text."""
    if node is None:
        return ""
    parts = []

    def inline(element):
        text = element.text or ""
        for child in element:
            inner = inline(child)
            if child.tag == "computeroutput":
                text += f"`{''.join(child.itertext())}`"
            elif child.tag in ("emphasis", "bold"):
                text += f"*{inner}*"
            elif child.tag in ("ndash", "mdash"):
                text += "--" if child.tag == "ndash" else "---"
            elif child.tag in ("itemizedlist", "orderedlist"):
                text += "\n\n" + "\n".join("- " + inline(item).strip() for item in child) + "\n\n"
            elif child.tag in ("verbatim", "preformatted"):
                text += f"\n\n```\n{''.join(child.itertext())}\n```\n\n"
            else:
                text += inner
            text += child.tail or ""
        return text

    for paragraph in node:
        parts.append(inline(paragraph).strip())
    return "\n\n".join(part for part in parts if part)


def described(node):
    return "\n\n".join(part for part in (prose(node.find("briefdescription")), prose(node.find("detaileddescription"))) if part)


def declaration(member):
    kind = member.get("kind")
    if kind == "enum":
        values = ", ".join(plain(value.find("name")) for value in member.findall("enumvalue"))
        return f"enum class {plain(member.find('name'))} {{ {values} }}"
    words = plain(member.find("definition")) if kind == "typedef" else f"{plain(member.find('type'))} {plain(member.find('name'))}"
    words = ("static " if member.get("static") == "yes" and kind == "function" else "") + words.strip()
    end = plain(member.find("initializer")) if kind == "variable" else plain(member.find("argsstring")) if kind == "function" else ""
    text = " ".join((words + end).replace("sinew::", "").split()).replace("< ", "<").replace(" >", ">").replace(" &", "& ").replace("& &", "&&")
    return wrapped(text)


def wrapped(text, width=88):
    """A long declaration on several lines, broken after commas between parameters."""
    if len(text) <= width or "(" not in text:
        return text
    start, lines, depth = text.index("(") + 1, [""], 0
    for letter in text:
        lines[-1] += letter
        depth += (letter in "(<{[") - (letter in ")>}]")
        if letter == "," and depth == 1 and len(lines[-1]) > width // 2:
            lines.append(" " * min(start, 24))
    return "\n".join(line if i == 0 else line[:min(start, 24)] + line[min(start, 24):].lstrip() for i, line in enumerate(lines))


def member_lines(members):
    """A table of what is short, and a paragraph for what is not."""
    lines = []
    for member in members:
        name = plain(member.find("name"))
        if not described(member) and (name.startswith("~") or name == "operator=" or "&&" in plain(member.find("argsstring"))):
            continue  # moved, assigned, destroyed: as every class
        lines += ["```cpp", declaration(member), "```", ""]
        text = described(member)
        values = [(plain(value.find("name")), described(value)) for value in member.findall("enumvalue")]
        lines += [text, ""] if text else []
        lines += [f"- `{name}`: {note}" for name, note in values if note] + [""]
    return lines


def class_lines(file):
    compound = tree.parse(file).getroot().find("compounddef")
    name = plain(compound.find("compoundname")).replace("sinew::", "")
    lines = [f"## {name}", "", f"`{compound.get('kind')} sinew::{name}`", "", described(compound), ""]
    for section in compound.findall("sectiondef"):
        if "private" not in section.get("kind"):
            lines += member_lines([member for member in section.findall("memberdef") if member.get("prot") != "private"])
    return lines


def header_comment(file):
    """The comment at the head of a header, with its example."""
    lines = []
    for line in file:
        if line.startswith("// SPDX-"):
            continue
        if not line.startswith("//"):
            break
        lines.append(line[2:].rstrip("\n"))
    result, block = [], False
    for line in lines:
        code = line.startswith("   ")
        if code != block:
            result += ["", "```cpp"] if code else ["```", ""]
            block = code
        result.append(line[3:] if code else line.strip())
    return result + ["```"] * block


def pages_of(include, xml):
    """File name to text: the overview and a page for each header with something in it."""
    pages, rows = {}, []
    for index in sorted(xml.glob("*_8hpp.xml")):
        compound = tree.parse(index).getroot().find("compounddef")
        name = plain(compound.find("compoundname"))
        location = compound.find("location").get("file")
        with open(include / location, encoding="utf-8") as file:
            comment = header_comment(file)
        lines = [f"# <sinew/{name}>".replace("<", "&lt;").replace(">", "&gt;"), ""] + comment + [""]
        classes = [xml / (inner.get("refid") + ".xml") for inner in compound.findall("innerclass") if inner.get("prot") == "public"]
        classes = [file for file in classes if "::" not in plain(tree.parse(file).getroot().find("compounddef/compoundname")).replace("sinew::", "", 1)
                   and file.name.startswith(("classsinew", "structsinew"))]
        for file in classes:
            lines += class_lines(file)
        free = [member for section in compound.findall("sectiondef") for member in section.findall("memberdef")
                if member.get("kind") in ("function", "enum", "typedef", "variable")]
        if free:
            lines += ["## Functions and types", ""] + member_lines(free)
        page = f"cpp_{name.removesuffix('.hpp')}.md"
        pages[page] = "\n".join(lines)
        summary = " ".join(comment[:3]).split("```")[0].split(". ")[0].strip()
        rows.append(f"| [{name}]({page}) | {summary} |")
    pages["cpp.md"] = "\n".join([
        "# C++: all headers", "", "The headers that `cmake --install` copies; `#include <sinew/sinew.hpp>` has all of them. Exact numbers are GMP's (`mpq_class`). "
        "[Modelling in C++](../modelling.md) tells how they are used; these pages are made from the headers' own comments by Doxygen.", "",
        "| header | |", "|---|---|"] + rows + [""])
    return pages
