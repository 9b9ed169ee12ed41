// SPDX-License-Identifier: Apache-2.0
#include "read/format.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/utf8.hpp"
#include "read/file.hpp"

namespace sinew::read {

namespace {
struct Row {
    Format format;
    std::string_view name;
    std::string_view description;
};
constexpr std::array<Row, 14> table{{
    {Format::dnn, "dnn", "a dnn text"},
    {Format::smtlib, "smt2", "an SMT-LIB script"},
    {Format::vnnlib, "vnnlib", "a property in VNN-LIB"},
    {Format::ipq, "ipq", "an input query of Marabou"},
    {Format::onnx, "onnx", "a network in ONNX"},
    {Format::nnet, "nnet", "a network as text (NNet)"},
    {Format::nnet_data, "nnet-data", "a network as text (NNet) with its normalisation"},
    {Format::npz, "npz", "arrays of numpy (NPZ)"},
    {Format::bnn, "bnn", "a binarized network as text"},
    {Format::flatzinc, "fzn", "a constraint program (FlatZinc)"},
    {Format::dimacs, "cnf", "a propositional formula (DIMACS)"},
    {Format::opb, "opb", "a pseudo-Boolean problem (OPB)"},
    {Format::instances, "csv", "a list of questions"},
    {Format::folder, "", "a folder"},
}};

bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// Takes the first line off `text`.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::string_view first_word(std::string_view text) {
    const auto end = std::ranges::find_if_not(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

bool is_binary(std::string_view bytes) {
    return std::ranges::any_of(bytes, [](char c) {
        const auto value = static_cast<unsigned char>(c);
        return (value < 0x20 && !is_blank(c)) || value == 0x7f;
    });
}

/// The number at the front of `bytes` as protobuf writes it; absent if it does not end.
std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7fU} << shift;
        if ((byte & 0x80U) == 0) return value;
    }
    return std::nullopt;
}

/// A message of protobuf with fields that ONNX's ModelProto has, as far as `bytes` go.
bool is_onnx(std::string_view bytes) {
    constexpr std::uint64_t last_field = 26;
    constexpr std::uint64_t whole_number = 0;
    constexpr std::uint64_t of_a_length = 2;
    for (std::size_t fields = 0; !bytes.empty(); ++fields) {
        const std::optional<std::uint64_t> tag = take_varint(bytes);
        if (!tag) return fields > 0;
        const std::uint64_t kind = *tag & 7U;
        if (*tag >> 3U == 0 || *tag >> 3U > last_field || (kind != whole_number && kind != of_a_length)) return false;
        const std::optional<std::uint64_t> value = take_varint(bytes);
        if (!value) return fields > 0;
        if (kind == of_a_length)
            bytes.remove_prefix(static_cast<std::size_t>(std::min<std::uint64_t>(*value, bytes.size())));
    }
    return true;
}

Format format_of_binary(std::string_view bytes) {
    if (bytes.starts_with("PK\x03\x04")) {
        // The first file of the archive: its name has its length at 26 and begins at 30.
        constexpr std::size_t name_at = 30;
        if (bytes.size() < name_at) return Format::unknown;
        const auto length = static_cast<unsigned char>(bytes[26]);
        return bytes.substr(name_at, length).ends_with(".npy") ? Format::npz : Format::unknown;
    }
    return is_onnx(bytes) ? Format::onnx : Format::unknown;
}

/// Text in parentheses: SMT-LIB, VNN-LIB, or conditions in prefix form.
Format format_of_lists(std::string_view text, Format by_name) {
    std::string_view inside = text.substr(1);
    while (!inside.empty() && is_blank(inside.front())) inside.remove_prefix(1);
    const std::string_view word = first_word(inside);
    if (word == "vnnlib-version" || word == "declare-network") return Format::vnnlib;
    const bool is_command = word.starts_with("set-") || word.starts_with("declare-") || word.starts_with("define-") ||
                            word.starts_with("check-sat") || word.starts_with("get-") || word == "assert" ||
                            word == "push" || word == "pop" || word == "reset" || word == "echo" || word == "exit";
    if (!is_command) return Format::dnn;
    if (by_name == Format::vnnlib || by_name == Format::smtlib) return by_name;
    for (const std::string_view of_scripts : {"(set-logic", "(check-sat"})
        if (text.find(of_scripts) != std::string_view::npos) return Format::smtlib;
    for (const std::string_view declared :
         {"(declare-const X_", "(declare-const Y_", "(declare-fun X_", "(declare-fun Y_"})
        if (text.find(declared) != std::string_view::npos) return Format::vnnlib;
    return Format::smtlib;
}

/// Lines of numbers as Marabou writes them: five counts, then how many inputs.
bool is_ipq(std::string_view text) {
    constexpr std::size_t lines_of_counts = 6;
    for (std::size_t i = 0; i < lines_of_counts; ++i) {
        const std::string_view line = trimmed(take_line(text));
        if (line.empty() || !std::ranges::all_of(line, is_digit)) return false;
    }
    return true;
}

/// The whole numbers of a line, parted by commas, one of which may be at its end; empty if it is anything else.
std::vector<std::size_t> counts_of(std::string_view line) {
    std::vector<std::size_t> counts;
    while (!line.empty()) {
        const std::size_t comma = std::min(line.find(','), line.size());
        const std::optional<std::uint64_t> count = parse_count(trimmed(line.substr(0, comma)), 1U << 30U);
        if (!count) return {};
        counts.push_back(*count);
        line.remove_prefix(std::min(comma + 1, line.size()));
    }
    return counts;
}

/// Numbers of layers, inputs, outputs and of the largest layer, then the sizes of all layers.
bool is_nnet(std::string_view text) {
    const std::vector<std::size_t> header = counts_of(trimmed(take_line(text)));
    // Tables of small numbers begin so as well: only what fits in all of it is a network.
    if (header.size() < 4 || std::ranges::count(header, std::size_t{0}) != 0) return false;
    const std::vector<std::size_t> sizes = counts_of(trimmed(take_line(text)));
    return sizes.size() == header[0] + 1 && sizes[0] == header[1] && sizes[header[0]] == header[2] &&
           std::ranges::max(sizes) == header[3];
}

/// "+1 x1 -2 ~x2 >= 1;": a constraint of OPB, or "min:".
bool is_opb(std::string_view line) {
    for (const std::string_view word : {"min:", "max:", "soft:", "min :", "max :"})
        if (line.starts_with(word)) return true;
    if (line.starts_with('@')) line = trimmed(line.substr(std::min(line.find_first_of(" \t"), line.size())));
    if (line.find(';') == std::string_view::npos || line.find('x') == std::string_view::npos) return false;
    return std::ranges::all_of(line, [](char c) {
        return is_digit(c) || is_blank(c) || std::string_view("+-x~<>=;").find(c) != std::string_view::npos;
    });
}

bool is_flatzinc(std::string_view line) {
    const std::string_view word = first_word(line);
    if (word == "predicate" || word == "constraint" || word == "solve" || word == "array") return true;
    if (word == "var") return true;
    const std::string_view rest = trimmed(line.substr(word.size()));
    return (word == "bool" || word == "int" || word == "float" || word == "set") &&
           (rest.starts_with(':') || rest.starts_with("of "));
}

/// A row of names of files: networks, properties, perhaps a time limit.
bool is_instance(std::string_view line) {
    const std::size_t comma = line.find(',');
    const auto ends = [](std::string_view name) {
        name = trimmed(name);
        if (name.ends_with('"')) name.remove_suffix(1);
        if (name.ends_with(".gz")) name.remove_suffix(3);
        return name.ends_with(".onnx") || name.ends_with(".vnnlib") || name.ends_with(".dnn") ||
               name.ends_with(".smt2") || name.ends_with(".ipq") || name.ends_with(".nnet");
    };
    return ends(line.substr(0, comma));
}

bool is_header_of_instances(std::string_view line) {
    const std::string_view first = trimmed(line.substr(0, line.find(',')));
    return line.find(',') != std::string_view::npos &&
           (first == "onnx" || first == "network" || first == "model" || first == "onnx_file");
}

/// A comparison: conditions line by line.
bool compares(std::string_view line) {
    if (line.find('{') != std::string_view::npos) return false;
    return line.find_first_of("<>=") != std::string_view::npos;
}

/// By the first line that is no comment of any format.
Format format_of_line(std::string_view line, std::string_view text, Format by_name, bool after_semicolon,
                      bool after_hash) {
    if (line.starts_with('(')) return format_of_lists(text, by_name);
    if (after_semicolon) return Format::unknown;
    if (line.starts_with('{')) return Format::dnn;
    for (const std::string_view word : {"dnn", "conditions", "domains", "precision", "reading", "objective"})
        if (first_word(line) == word && trimmed(line.substr(word.size())).starts_with('=')) return Format::dnn;
    for (const std::string_view side : {"in", "out"})
        if (first_word(line) == side && trimmed(line.substr(side.size())).starts_with(':')) return Format::dnn;
    if (first_word(line) == "input" && (line.size() == 5 || is_blank(line[5])) && !compares(line)) return Format::bnn;
    if (after_hash) return compares(line) ? Format::dnn : Format::unknown;
    if (line.starts_with("p cnf")) return Format::dimacs;
    if (is_flatzinc(line)) return Format::flatzinc;
    if (is_opb(line)) return Format::opb;
    if (is_ipq(text)) return Format::ipq;
    if (is_nnet(text)) return Format::nnet;
    if (is_instance(line) || is_header_of_instances(line)) return Format::instances;
    return compares(line) && !line.ends_with(';') ? Format::dnn : Format::unknown;
}
}  // namespace

std::string_view to_string(Format format) {
    const auto* const row = std::ranges::find(table, format, &Row::format);
    return row == table.end() ? std::string_view() : row->name;
}

std::optional<Format> format_named(std::string_view word) {
    if (word == "conditions") return Format::dnn;
    if (word == "instances") return Format::instances;
    const auto* const row = std::ranges::find(table, word, &Row::name);
    return row == table.end() || word.empty() ? std::nullopt : std::optional(row->format);
}

std::vector<std::string> format_names() {
    std::vector<std::string> names;
    for (const Row& row : table)
        if (!row.name.empty()) names.emplace_back(row.name);
    names.emplace_back("conditions");
    names.emplace_back("auto");
    return names;
}

std::string_view description(Format format) {
    const auto* const row = std::ranges::find(table, format, &Row::format);
    return row == table.end() ? std::string_view("in no format that sinew knows") : row->description;
}

std::string format_of(const std::string& file) {
    std::string name = file.substr(file.find_last_of('/') + 1);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (name.ends_with(".gz")) name.resize(name.size() - 3);
    const std::size_t dot = name.find_last_of('.');
    return dot == std::string::npos ? "" : name.substr(dot + 1);
}

Format format_of_content(std::string_view text, Format by_name) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (is_binary(text)) return format_of_binary(text);
    bool after_semicolon = false;
    bool after_hash = false;
    while (!text.empty()) {
        const std::string_view here = text;
        const std::string_view whole = take_line(text);
        const std::string_view line = trimmed(whole);
        if (line.empty()) continue;
        if (line.starts_with(';')) {
            after_semicolon = true;
        } else if (line.starts_with('#')) {
            after_hash = true;
        } else if (line.starts_with("//")) {  // of networks of NNet, and of properties of Marabou
            continue;
        } else if (line.starts_with('*')) {
            return Format::opb;
        } else if (line.starts_with('%')) {
            return Format::flatzinc;
        } else if (whole == "c" || whole.starts_with("c ") || whole == "c\r") {
            return Format::dimacs;
        } else {
            return format_of_line(line, here.substr(static_cast<std::size_t>(line.data() - here.data())), by_name,
                                  after_semicolon, after_hash);
        }
    }
    return Format::unknown;
}

Format find_format(const std::string& path) {
    std::error_code ignored;
    if (path != "-" && std::filesystem::is_directory(path, ignored)) return Format::folder;
    const Format by_name = format_named(format_of(path)).value_or(Format::unknown);
    if (by_name != Format::unknown && path != "-" && !std::filesystem::exists(path, ignored)) return by_name;
    const Format by_content = format_of_content(beginning_of(path), by_name);
    return by_content == Format::unknown ? by_name : by_content;
}

namespace {
/// What is at the front of a file that nobody knows.
std::string look(std::string_view bytes) {
    struct Known {
        std::string_view begins;
        std::string_view text;
    };
    constexpr std::array<Known, 9> known{{
        {"\x89HDF", "this is HDF5 (a network of Keras?): export it as ONNX (docs/howto/keras.md)"},
        {"PK\x03\x04", "this is a zip archive without arrays (a network of PyTorch?): export it as ONNX"},
        {"\x80\x02", "this is a pickle of Python: export the network as ONNX"},
        {"\x80\x04", "this is a pickle of Python: export the network as ONNX"},
        {"\x93NUMPY", "this is a single array of numpy"},
        {"\x89PNG", "this is an image"},
        {"%PDF", "this is a PDF document"},
        {"\x7f"
         "ELF",
         "this is a program"},
        {"\x1f\x8b", "this is compressed twice"},
    }};
    for (const Known& one : known)
        if (bytes.starts_with(one.begins)) return std::string(one.text);
    if (bytes.empty()) return "the file is empty";
    if (is_binary(bytes)) return "this is no text, and no binary format that sinew knows";
    constexpr std::size_t most_shown = 40;
    std::string_view line;
    while (line.empty() && !bytes.empty()) line = trimmed(take_line(bytes));
    if (line.empty()) return "the file holds nothing but blanks";
    return fmt::format("its format cannot be told from its content: it begins with '{}'",
                       printable(line.substr(0, most_shown)));
}
}  // namespace

void fail_format(const std::string& path, Format found, std::string_view expected) {
    std::string message = fmt::format("this is {}", description(found));
    if (found == Format::unknown) {
        const std::string beginning = beginning_of(path);
        byte_order_mark(beginning, shown_name(path));  // texts in UTF-16 are errors of their own
        message = look(beginning);
    }
    throw InputError({shown_name(path), 0, 0}, message, expected);
}

}  // namespace sinew::read
