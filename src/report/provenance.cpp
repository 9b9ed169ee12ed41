// SPDX-License-Identifier: Apache-2.0
#include "report/provenance.hpp"

#include <fmt/core.h>

#include "report/html.hpp"
#include "report/section.hpp"
#include "report/words.hpp"

namespace sinew::report {

namespace {
constexpr std::size_t most_files = 40;

std::string command_of(const Json& provenance) {
    std::string line;
    for (const std::string& word : texts_of(member(provenance, "command")))
        line += (line.empty() ? "" : " ") + shell_word(line.empty() ? file_name(word) : word);
    return line.empty() ? text_of(provenance, "command") : line;
}

std::string machine_text(const Json& machine) {
    if (machine.is_string()) return text_of(machine);
    std::string text;
    const auto add = [&](const std::string& part) {
        if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
    };
    add(text_of(machine, "processor"));
    if (const std::string kernels = text_of(machine, "kernels"); !kernels.empty()) add(kernels + " kernels");
    if (const auto cores = count_of(machine, "cores")) add(counted(*cores, "core"));
    if (const auto memory = number_of(machine, "memory")) add(bytes_text(*memory) + " of memory");
    add(text_of(machine, "system"));
    return text;
}

std::string limits_text(const Json& limits) {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    if (const auto timeout = number_of(limits, "timeout")) add(duration(*timeout));
    if (const auto memory = number_of(limits, "memory")) add(bytes_text(*memory) + " of memory");
    if (const auto threads = count_of(limits, "threads")) add(counted(*threads, "thread"));
    if (const auto seed = count_of(limits, "seed")) add("seed " + std::to_string(*seed));
    return text;
}

std::string cost_text(const Json& provenance) {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    if (const auto seconds = number_of(provenance, "seconds")) add(duration(*seconds) + " in all");
    if (const auto seconds = number_of(provenance, "processor_seconds")) add(duration(*seconds) + " of processor time");
    if (const auto peak = number_of(provenance, "peak_memory")) add("at most " + bytes_text(*peak) + " of memory");
    return text;
}

std::string files_html(const Json& files) {
    std::string rows;
    std::size_t count = 0;
    for (const Json& file : files) {
        if (++count > most_files) break;
        const auto bytes = number_of(file, "bytes");
        rows += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"mono\">{}</td></tr>",
                            name_html(text_of(file, "file")), bytes ? bytes_text(*bytes) : "",
                            escaped(text_of(file, "sha256")));
    }
    if (rows.empty()) return {};
    if (files.size() > most_files)
        rows += fmt::format("<tr><td colspan=\"3\">and {} more</td></tr>", files.size() - most_files);
    return scroll_box(
        "<table><caption>Files as they were read</caption><thead><tr><th scope=\"col\">file</th><th scope=\"col\" "
        "class=\"n\">size</th><th scope=\"col\">SHA-256</th></tr></thead><tbody>" +
            rows + "</tbody></table>",
        "Files");
}

/// A shell would run a newline in the name of a file as the end of the command.
std::string command_html(const std::string& line) {
    return "<div class=\"cmd\"><pre>" + escaped(line) + "</pre></div>";
}
}  // namespace

Section provenance_section(const Json& json) {
    const Json& provenance = member(json, "provenance");
    if (!provenance.is_object())
        return {"provenance", "Provenance",
                "<p class=\"note\">This document does not tell where it comes from: it was written by a version of "
                "sinew that "
                "kept no provenance.</p>"};
    std::string rows;
    const std::string commit = text_of(provenance, "commit");
    rows += row_html("program", "sinew " + escaped(text_of(provenance, "sinew")) +
                                    (commit.empty() ? "" : " (commit " + escaped(commit) + ")"));
    rows += row_html("started", escaped(text_of(provenance, "started")));
    rows += row_html("machine", escaped(machine_text(member(provenance, "machine"))));
    rows += row_html("limits", escaped(limits_text(member(provenance, "limits"))));
    rows += row_html("it took", escaped(cost_text(provenance)));
    const std::string command = command_of(provenance);
    if (!command.empty()) rows += row_html("command", "<code>" + escaped(shortened(command, 2000)) + "</code>");
    return {"provenance", "Provenance",
            "<dl class=\"asked card\">" + rows + "</dl>" + files_html(items(provenance, "files"))};
}

Section reproduce_section(const Document& document) {
    const Json& provenance = member(document.json, "provenance");
    std::string html;
    const std::string command = command_of(provenance);
    if (!command.empty()) html += "<p>The same question again:</p>" + command_html(command);
    std::string digests;
    std::size_t count = 0;
    for (const Json& file : items(provenance, "files")) {
        const std::string digest = text_of(file, "sha256");
        const std::string name = text_of(file, "file");
        if (digest.empty() || name.empty() || name.find_first_of("\n\\") != std::string::npos || ++count > most_files)
            continue;
        digests += fmt::format("{}  {}\n", digest, name);
    }
    if (!digests.empty())
        html += "<p>Whether the files are still the same:</p>" +
                command_html("sha256sum --check <<'END'\n" + digests + "END");
    const std::string name = document.name.empty() ? "answer.json" : document.name;
    html +=
        "<p>This page from the JSON document alone (it is embedded in the page, too, in the element "
        "<code>document</code>):</p>" +
        command_html(fmt::format("sinew report {} --out report.html", shell_word(name)));
    return {"reproduce", "Commands to reproduce this", html};
}

}  // namespace sinew::report
