// SPDX-License-Identifier: Apache-2.0
#include "read/dnn/read_dnn.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/limit_scope.hpp"
#include "base/utf8.hpp"
#include "dnn_parser.hpp"
#include "read/dnn/condition.hpp"
#include "read/dnn/document.hpp"
#include "read/dnn/layers.hpp"
#include "read/file.hpp"

namespace sinew::read {

using namespace dnn;

struct DnnText::Content {
    SyntaxTree tree;
    Document document;

    Content(std::string_view text, const std::string& file, bool bare) : tree(text, file) {
        Scanner scanner(tree, bare);
        Parser(scanner).parse();
        if (scanner.sections().count == 0)
            throw tree.error(text.size(), bare ? "nothing is said" : "the file says nothing",
                             bare ? "a condition such as (x0 < 0)" : "dnn = { … } and conditions = { … }");
        document = read_document(tree, scanner.sections());
    }

    model::FormulaId all_of(const std::vector<std::uint32_t>& roots, const VariableTable& variables,
                            model::Query& query) const {
        std::vector<model::FormulaId> parts;
        for (const std::uint32_t root : roots) parts.push_back(condition(tree, variables, query.formulas, root));
        return parts.size() == 1 ? parts.front() : query.formulas.conjunction(std::move(parts));
    }

    /// Gives the names below `root` their variables.
    void resolve(std::uint32_t root, const NetworkNames& names, VariableTable& variables) const {
        for (std::uint32_t id = tree.node(root).begin; id <= root; ++id) {
            if ((id & 63U) == 63U) check_limits();
            if (tree.node(id).kind == NodeKind::name)
                resolve(tree.node(id).payload, tree.node(id).offset, names, variables);
        }
    }
    void resolve(std::uint32_t symbol, std::uint32_t offset, const NetworkNames& names,
                 VariableTable& variables) const {
        if (variables[symbol].valid()) return;
        NetworkNames::Found found = names.find(tree.symbol(symbol));
        if (!found.variable.valid()) throw tree.error(offset, found.problem, found.expected);
        variables[symbol] = found.variable;
    }

    /// Where the first condition is.
    std::uint32_t first_place() const {
        for (const auto* side : {&document.input_conditions, &document.output_conditions})
            if (*side && !(*side)->empty()) return tree.node(tree.node((*side)->front()).begin).offset;
        return document.bare_conditions.empty() ? 0
                                                : tree.node(tree.node(document.bare_conditions.front()).begin).offset;
    }

    bool speaks_of_inputs_only(std::uint32_t root, const VariableTable& variables, const model::Query& query) const {
        for (std::uint32_t id = tree.node(root).begin; id <= root; ++id)
            if (tree.node(id).kind == NodeKind::name && !query.network.is_input(variables[tree.node(id).payload]))
                return false;
        return true;
    }
};

namespace {
bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Conditions without quotes begin with one: not with a section or a table.
bool begins_bare(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n\f\v";
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
        if (!text.starts_with('#') && !text.starts_with("//")) break;
        text.remove_prefix(std::min(text.find('\n'), text.size()));
    }
    if (text.empty() || text.front() == '{') return false;
    const std::string_view line = text.substr(0, text.find_first_of("\n#"));
    const std::string_view word =
        line.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(line, is_name) - line.begin()));
    for (const std::string_view section : {"dnn", "conditions", "domains", "precision", "reading", "objective"})
        if (word == section) return false;
    if (line.front() == '(' || line.front() == '|') return true;
    const std::size_t after = std::min(line.find_first_not_of(blanks, word.size()), line.size());
    if ((word == "in" || word == "out") && line.substr(after).starts_with(':')) return true;
    return line.find('{') == std::string_view::npos && line.find_first_of("<>=") != std::string_view::npos;
}
}  // namespace

DnnText::DnnText(std::unique_ptr<Content> content) : content_(std::move(content)) {}
DnnText::DnnText(std::string_view text, const std::string& file)
    : content_(std::make_unique<Content>(text, file, begins_bare(text))) {}
DnnText::DnnText(DnnText&&) noexcept = default;
DnnText& DnnText::operator=(DnnText&&) noexcept = default;
DnnText::~DnnText() = default;

DnnText DnnText::bare(std::string_view text, const std::string& file) {
    return DnnText(std::make_unique<Content>(text, file, true));
}

DnnParts DnnText::parts() const {
    const Document& document = content_->document;
    DnnParts parts;
    parts.network = document.has_network;
    parts.domains = document.has_domains;
    parts.conditions = document.input_conditions || document.output_conditions || !document.bare_conditions.empty();
    parts.objective = document.objective != no_node;
    return parts;
}

model::Query DnnText::query() const {
    const auto& [tree, document] = *content_;
    if (!document.bare_conditions.empty() || (!document.has_network && !document.has_domains))
        throw tree.error(content_->first_place(), "there are conditions and no network",
                         "a section dnn = { … }, or a network in another file: sinew verify NETWORK CONDITIONS");
    check_names_of_inputs(tree, document);
    model::Query query;
    const VariableTable variables = build_network(tree, document, query);
    for (const auto& [symbol, domain] : document.domains) query.domains.emplace_back(variables[symbol], domain);
    if (document.input_conditions)
        query.input_condition = content_->all_of(*document.input_conditions, variables, query);
    if (document.output_conditions)
        query.output_condition = content_->all_of(*document.output_conditions, variables, query);
    if (document.objective != no_node) {
        const Node& objective = tree.node(document.objective);
        query.objective = model::Objective{objective.payload == 0 ? model::Sense::minimize : model::Sense::maximize,
                                           linear_form(tree, variables, objective.first)};
    }
    query.precision = document.precision;
    return query;
}

namespace {
bool is_said(const model::Query& query, model::FormulaId condition) {
    const model::FormulaNode& node = query.formulas.node(condition);
    return node.kind != model::FormulaKind::constant;
}

void set_domain(model::Query& query, Variable input, const model::Domain& domain) {
    const auto at = std::ranges::find(query.domains, input, &std::pair<Variable, model::Domain>::first);
    if (at == query.domains.end())
        query.domains.emplace_back(input, domain);
    else
        at->second = domain;
}
}  // namespace

DnnText::Replaced DnnText::ask(model::Query& query, const NetworkNames& names) const {
    const auto& [tree, document] = *content_;
    if (document.has_network)
        throw InputError({tree.file(), 0, 0}, "this file has a network of its own", "conditions about another one");
    VariableTable variables(tree.symbol_count());
    std::optional<std::vector<std::uint32_t>> inputs = document.input_conditions;
    std::optional<std::vector<std::uint32_t>> outputs = document.output_conditions;
    for (const auto* side : {&inputs, &outputs})
        if (*side)
            for (const std::uint32_t root : **side) content_->resolve(root, names, variables);
    for (const std::uint32_t root : document.bare_conditions) {
        content_->resolve(root, names, variables);
        auto& side = content_->speaks_of_inputs_only(root, variables, query) ? inputs : outputs;
        if (!side) side.emplace();
        side->push_back(root);
    }
    for (std::size_t i = 0; i < document.domains.size(); ++i) {
        const auto& [symbol, domain] = document.domains[i];
        content_->resolve(symbol, document.domain_offsets[i], names, variables);
        if (!query.network.is_input(variables[symbol]))
            throw tree.error(document.domain_offsets[i],
                             fmt::format("'{}' is no input: only inputs have domains", printable(tree.symbol(symbol))),
                             "an input (bound others in conditions)");
        set_domain(query, variables[symbol], domain);
    }
    Replaced replaced;
    if (inputs) {
        replaced.input = is_said(query, query.input_condition);
        query.input_condition = content_->all_of(*inputs, variables, query);
    }
    if (outputs) {
        replaced.output = is_said(query, query.output_condition);
        query.output_condition = content_->all_of(*outputs, variables, query);
    }
    if (document.objective != no_node) {
        const Node& objective = tree.node(document.objective);
        content_->resolve(document.objective, names, variables);
        query.objective = model::Objective{objective.payload == 0 ? model::Sense::minimize : model::Sense::maximize,
                                           linear_form(tree, variables, objective.first)};
    }
    if (document.precision) query.precision = document.precision;
    return replaced;
}

DnnText::Replaced DnnText::ask(model::Query& query, const NetworkNames& names, Side side) const {
    Replaced replaced;
    VariableTable variables(content_->tree.symbol_count());
    for (const std::uint32_t root : content_->document.bare_conditions) content_->resolve(root, names, variables);
    model::FormulaId& condition = side == Side::input ? query.input_condition : query.output_condition;
    (side == Side::input ? replaced.input : replaced.output) = is_said(query, condition);
    condition = content_->all_of(content_->document.bare_conditions, variables, query);
    return replaced;
}

LinearForm DnnText::expression(const NetworkNames& names) const {
    const std::vector<std::uint32_t>& roots = content_->document.bare_conditions;
    if (roots.size() != 1)
        throw InputError({content_->tree.file(), 0, 0}, "this is no single expression", "such as 3x0 + y1");
    VariableTable variables(content_->tree.symbol_count());
    content_->resolve(roots.front(), names, variables);
    return linear_form(content_->tree, variables, roots.front());
}

model::Query parse_dnn(std::string_view text, const std::string& file) {
    return DnnText(text, file).query();
}

model::Query read_dnn(const std::filesystem::path& path) {
    return parse_dnn(read_text(path.string()), shown_name(path.string()));
}

}  // namespace sinew::read
