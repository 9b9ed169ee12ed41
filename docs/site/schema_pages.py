# SPDX-License-Identifier: Apache-2.0
"""A JSON schema as a Markdown page: a section for each definition, a table of its keys."""
import json
import re


def anchor(name):
    return name.lower().replace(" ", "-")


def in_table(text):
    return text.replace("|", "\\|").replace("\n", " ")


def type_of(schema):
    """What a value may be, in words."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{anchor(name)})"
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return ", ".join(f"`{json.dumps(value)}`" for value in schema["enum"])
    for key in ("oneOf", "anyOf"):
        if key in schema:
            return " or ".join(type_of(choice) for choice in schema[key])
    kinds = schema.get("type", "any value")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    words = []
    for kind in kinds:
        if kind == "array" and "items" in schema:
            words.append(f"array of {type_of(schema['items'])}")
        elif kind == "object" and schema.get("properties"):
            words.append("object: " + ", ".join(f"`{name}`" for name in schema["properties"]))
        else:
            words.append(kind)
    text = " or ".join(words)
    limits = [f"{word} {schema[key]}" for key, word in (("minimum", "at least"), ("maximum", "at most"), ("minItems", "items, at least"),
                                                        ("maxItems", "items, at most")) if key in schema]
    if "pattern" in schema:
        limits.append(f"`{schema['pattern']}`")
    return text + (f" ({', '.join(limits)})" if limits else "")


def table(schema):
    required = set(schema.get("required", []))
    lines = ["| key | value | |", "|---|---|---|"]
    for name, value in schema["properties"].items():
        note = value.get("description", "") if isinstance(value, dict) else ""
        what = type_of(value) if isinstance(value, dict) else "any value" if value else "not there"
        lines.append(f"| `{name}` | {in_table(what)} | {in_table(note)}{'' if name in required else ' *(may be absent)*'} |")
    return lines


def section(name, schema):
    lines = [f"## {name}", ""]
    if "description" in schema:
        lines += [schema["description"], ""]
    if schema.get("properties"):
        lines += table(schema)
    for part in schema.get("allOf", []):
        if "$ref" in part:
            lines += ["", f"and all of {type_of(part)}."]
        elif part.get("properties"):
            lines += ["", "and:", ""] + table(part)
    if not schema.get("properties") and "allOf" not in schema:
        lines.append(type_of(schema) + ".")
    return lines + [""]


def page_of(file):
    schema = json.loads(file.read_text(encoding="utf-8"))
    title = re.sub(r" \(docs/[^)]*\)", "", schema.get("title", file.stem))
    lines = [f"# {title}", "",
             f"From `docs/schema/{file.name}` (JSON Schema, draft 2020-12), which answers are tested against; [the page about JSON](../json.md) says what keys mean.", ""]
    for part in schema.get("allOf", []):
        if "if" in part and "then" in part:
            kinds = part["if"].get("properties", {}).get("kind", {})
            lines.append(f"- `kind` is {type_of(kinds)}: {type_of(part['then'])}")
    lines.append("")
    for event in schema.get("oneOf", []):
        if event.get("properties"):
            name = event["properties"].get("event", {}).get("const", "event")
            lines += section(name, event)
    for name, definition in schema.get("$defs", {}).items():
        lines += section(name, definition)
    return "\n".join(lines)
