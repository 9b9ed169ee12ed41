# SPDX-License-Identifier: Apache-2.0
"""Doxygen's XML of include/sinew as Markdown pages: one a header, so that the site's search finds every name."""
import re
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


def spaced(text):
    """C++ as Doxygen prints it, with blanks where the headers have them."""
    text = re.sub(r"\s+", " ", text.replace("sinew::", "")).replace("< ", "<").replace(" >", ">")
    return re.sub(r"(?<=[\w>]) (&&?|\*) ?(?=([\w,)])|$)", lambda found: found[1] + (" " if re.match(r"\w", found[2] or "") else ""), text)


def declaration(member):
    kind = member.get("kind")
    name = plain(member.find("name"))
    if kind == "enum":
        values = ", ".join(plain(value.find("name")) for value in member.findall("enumvalue"))
        return f"enum class {name} {{ {values} }}"
    if kind == "typedef":
        return spaced(plain(member.find("definition")))
    words = spaced(f"{plain(member.find('type'))} {name}".strip())
    if kind == "variable":
        value = plain(member.find("initializer"))
        return words + spaced(re.sub("^= *", " = ", value) if value != "{}" else "")
    heads = [" ".join(plain(part) for part in parameter if part.tag in ("type", "declname")) for parameter in member.findall("templateparamlist/param")]
    arguments = re.sub(r"(?<=[\w\])>])=(?=\S)", " = ", spaced(plain(member.find("argsstring"))))
    text = wrapped(("static " if member.get("static") == "yes" else "") + words + arguments)
    return f"template <{', '.join(heads)}>\n{text}" if heads else text


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


def is_shown(member):
    """Not what every class has (moved, assigned, destroyed), what is deleted, and what the library keeps for itself."""
    name, arguments = plain(member.find("name")), plain(member.find("argsstring"))
    usual = name.startswith("~") or name == "operator=" or re.fullmatch(r"\(\w+ ?&&\).*", arguments)
    return not usual and not arguments.endswith("=delete") and member.get("prot") != "private" and not described(member).lower().startswith("for the library itself")


def sentence(text):
    """A comment at the end of a line, as a sentence of its own."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", ":", "```")) else ".") if re.match(r"[a-z]+\b(?!\()", text) else text


def member_lines(members):
    """Fields as a list; a declaration and a paragraph for everything else."""
    lines, in_list = [], False
    for member in filter(is_shown, members):
        text = described(member)
        if member.get("kind") == "variable":
            lines.append(f"- `{declaration(member)}`: {' '.join(text.split())}")
            in_list = True
            continue
        lines += ([""] if in_list else []) + ["```cpp", declaration(member), "```", "", sentence(text), ""]
        in_list = False
        values = [(plain(value.find("name")), described(value)) for value in member.findall("enumvalue")]
        lines += [f"- `{name}`: {note}" for name, note in values if note] + [""]
    return lines + [""]


def class_lines(file):
    compound = tree.parse(file).getroot().find("compounddef")
    name = plain(compound.find("compoundname")).replace("sinew::", "")
    lines = [f"## {name}", "", described(compound), "", "```cpp", f"{compound.get('kind')} {name}", "```", ""]
    for section in compound.findall("sectiondef"):
        if "private" not in section.get("kind"):
            lines += member_lines(section.findall("memberdef"))
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
    free = tree.parse(xml / "namespacesinew.xml").getroot().findall("compounddef/sectiondef/memberdef")
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
        own = [member for member in free if member.find("location").get("file") == location]
        if own:
            lines += ["## Functions and types", ""] + member_lines(own)
        page = f"cpp_{name.removesuffix('.hpp')}.md"
        pages[page] = "\n".join(lines)
        summary = " ".join(comment[:3]).split("```")[0].split(". ")[0].strip()
        rows.append(f"| [{name}]({page}) | {summary} |")
    pages["cpp.md"] = "\n".join([
        "# C++: all headers", "", "The headers that `cmake --install` copies; `#include <sinew/sinew.hpp>` has all of them. Exact numbers are GMP's (`mpq_class`). "
        "[Modelling in C++](../modelling.md) tells how they are used; these pages are made from the headers' own comments by Doxygen.", "",
        "| header | |", "|---|---|"] + rows + [""])
    return pages
