// SPDX-License-Identifier: Apache-2.0
#include "read/dnn/document.hpp"

#include <algorithm>
#include <unordered_map>

#include <fmt/core.h>

#include "base/suggest.hpp"
#include "base/utf8.hpp"
#include "read/dnn/expression.hpp"
#include "read/dnn/names.hpp"

namespace sinew::read::dnn {

namespace {
constexpr const char* neuron_form = "[phase number, 'pre-activation', 'activation'] or a part of it";

class DocumentReader {
  public:
    explicit DocumentReader(const SyntaxTree& tree) : tree_(tree) { document_.meaning.resize(tree.symbol_count()); }

    Document read(NodeList sections) {
        for (std::uint32_t id = sections.first; id != no_node; id = tree_.node(id).next) part(id);
        if (reading_ != no_node) read_reading();
        for (const Declaration& declaration : document_.declarations) classify(declaration.expression);
        std::ranges::sort(document_.inputs,
                          [&](std::uint32_t a, std::uint32_t b) { return before(tree_.symbol(a), tree_.symbol(b)); });
        return std::move(document_);
    }

  private:
    [[noreturn]] void fail(std::uint32_t id, std::string_view message, std::string_view expected = {}) const {
        throw tree_.error(tree_.node(id).offset, message, expected);
    }

    /// Remembers that `name` has been given at `offset`, or reports that it was given before.
    void claim(std::unordered_map<std::string_view, std::uint32_t>& given, std::string_view name,
               std::uint32_t offset) {
        const auto [at, added] = given.try_emplace(name, offset);
        if (!added)
            throw tree_.error(offset, fmt::format("'{}' is given twice; the first is at line {}", printable(name),
                                                  tree_.location(at->second).line));
    }

    template <class Visit>
    void for_each_entry_of(std::uint32_t value, const char* example, Visit&& visit) {
        const Node& map = tree_.node(value);
        if (map.kind != NodeKind::map) fail(value, "this is no table of entries", example);
        std::unordered_map<std::string_view, std::uint32_t> given;
        for (std::uint32_t id = map.first; id != no_node; id = tree_.node(id).next) {
            const Node& entry = tree_.node(id);
            claim(given, tree_.symbol(entry.payload), entry.offset);
            visit(entry);
        }
    }

    /// A section, a table without a name, or a condition without quotes.
    void part(std::uint32_t id) {
        const Node& node = tree_.node(id);
        if (node.kind == NodeKind::entry) return section(tree_.symbol(node.payload), node.offset, node.first);
        if (node.kind == NodeKind::map) return nameless(id);
        if (node.kind == NodeKind::side) {
            side_ = node.payload == 0 ? &document_.input_conditions : &document_.output_conditions;
            if (!*side_) side_->emplace();
        } else if (side_ != nullptr) {
            (*side_)->push_back(id);
        } else {
            document_.bare_conditions.push_back(id);
        }
    }

    /// What a table without a name is, by its first key.
    void nameless(std::uint32_t id) {
        const Node& map = tree_.node(id);
        if (map.first == no_node) fail(id, "an empty table without a name", "such as dnn = { … }");
        const Node& entry = tree_.node(map.first);
        const std::string_view key = tree_.symbol(entry.payload);
        const auto parts = name_parts(key);
        if (key == "in" || key == "out") return section("conditions", map.offset, id);
        if (parts) return section(parts->letter == 'x' ? "domains" : "dnn", map.offset, id);
        for (std::uint32_t at = map.first; at != no_node; at = tree_.node(at).next) {
            const Node& inner = tree_.node(at);
            section(tree_.symbol(inner.payload), inner.offset, inner.first);
        }
    }

    void section(std::string_view name, std::uint32_t offset, std::uint32_t value) {
        claim(sections_, name, offset);
        if (name == "dnn") {
            document_.has_network = true;
            for_each_entry_of(value, "dnn = { 'a00': [1, '1x0 - 1x1'], 'y0': '1n00' }",
                              [&](const Node& entry) { declare(entry); });
        } else if (name == "conditions") {
            for_each_entry_of(value, "conditions = { 'in': '(x0 < 0)', 'out': '(y0 > y1)' }",
                              [&](const Node& entry) { read_condition(entry); });
        } else if (name == "domains") {
            document_.has_domains = true;
            for_each_entry_of(value, "domains = { 'x0': 'int [0, 255]' }",
                              [&](const Node& entry) { read_domain_entry(entry); });
        } else if (name == "precision") {
            read_precision(value);
        } else if (name == "reading") {
            reading_ = value;
        } else if (name == "objective") {
            document_.objective = content(value);
            if (document_.objective == no_node || tree_.node(document_.objective).kind != NodeKind::objective)
                fail(value, "this is no objective", "such as 'minimize 3x0 + y1'");
        } else {
            throw tree_.error(
                offset,
                fmt::format("'{}' is no section{}", printable(name),
                            did_you_mean(name, {"dnn", "conditions", "domains", "precision", "reading", "objective"})),
                "dnn, conditions, domains, precision, reading or objective");
        }
    }

    /// The content of a quoted text; no_node for any other value.
    std::uint32_t content(std::uint32_t value) const {
        return tree_.node(value).kind == NodeKind::text ? tree_.node(value).first : no_node;
    }

    void read_condition(const Node& entry) {
        const std::string_view key = tree_.symbol(entry.payload);
        if (key != "in" && key != "out")
            throw tree_.error(entry.offset,
                              fmt::format("unknown condition '{}'{}", printable(key), did_you_mean(key, {"in", "out"})),
                              "'in' or 'out'");
        std::vector<std::uint32_t>& conditions =
            (key == "in" ? document_.input_conditions : document_.output_conditions).emplace();
        const Node& value = tree_.node(entry.first);
        const bool is_list = value.kind == NodeKind::list;
        for (std::uint32_t at = is_list ? value.first : entry.first; at != no_node;
             at = is_list ? tree_.node(at).next : no_node) {
            conditions.push_back(content(at));
            if (conditions.back() == no_node) fail(at, "this is no condition", "a text such as '(x0 < 0)'");
        }
    }

    void read_domain_entry(const Node& entry) {
        document_.domains.emplace_back(entry.payload, read_domain(tree_, entry.first));
        document_.domain_offsets.push_back(entry.offset);
        input(entry.payload);
    }

    void read_precision(std::uint32_t value) {
        const Node& node = tree_.node(value);
        if (node.kind != NodeKind::number) fail(value, "this is no precision", "a positive integer");
        const Rational steps = number_value(tree_, node);
        if (steps.get_den() != 1 || steps <= 0)
            fail(value, fmt::format("the precision {} makes no sense", printable(tree_.number_text(node))),
                 "a positive integer");
        document_.precision = model::Precision{steps.get_num(), model::PrecisionReading::scaled};
    }

    void read_reading() {
        const std::uint32_t name = content(reading_);
        const std::string_view text = name != no_node && tree_.node(name).kind == NodeKind::name
                                          ? tree_.symbol(tree_.node(name).payload)
                                          : std::string_view();
        if (text != "scaled" && text != "literal") fail(reading_, "unknown reading", "'scaled' or 'literal'");
        if (!document_.precision) fail(reading_, "a reading without a precision", "an entry such as precision = 1000");
        if (text == "literal") document_.precision->reading = model::PrecisionReading::literal;
    }

    void input(std::uint32_t symbol) {
        if (document_.meaning[symbol].role == Role::input) return;
        document_.meaning[symbol].role = Role::input;
        document_.inputs.push_back(symbol);
    }

    void declare(const Node& entry) {
        const std::string_view key = tree_.symbol(entry.payload);
        const auto parts = name_parts(key);
        if (!parts || (parts->letter != 'a' && parts->letter != 'y')) {
            const bool after = parts && parts->letter == 'n';
            throw tree_.error(entry.offset, fmt::format("'{}' cannot be declared here", printable(key)),
                              after ? fmt::format("an entry 'a{}', which declares it too", printable(key.substr(1)))
                                    : "a neuron 'a…' or an output 'y…', with digits");
        }
        const auto index = static_cast<std::uint32_t>(document_.declarations.size());
        Declaration declaration;
        declaration.symbol = entry.payload;
        declaration.offset = entry.offset;
        if (parts->letter == 'y') {
            declaration.expression = entry.first;
            document_.meaning[entry.payload] = {Role::output, index};
        } else {
            read_neuron(entry.first, declaration);
            document_.meaning[entry.payload] = {Role::before_activation, index};
            const std::uint32_t after = tree_.find("n" + std::string(key.substr(1)));
            if (after != no_node) document_.meaning[after] = {Role::after_activation, index};
        }
        document_.declarations.push_back(std::move(declaration));
    }

    void read_neuron(std::uint32_t value, Declaration& declaration) {
        declaration.activation.emplace();
        if (tree_.node(value).kind == NodeKind::text) {
            declaration.expression = value;
            return;
        }
        if (tree_.node(value).kind != NodeKind::list || tree_.node(value).first == no_node)
            fail(value, "this is no neuron", neuron_form);
        std::uint32_t at = tree_.node(value).first;
        if (tree_.node(at).kind == NodeKind::tuple) {  // the list form without a phase number
            declaration.expression = value;
            return;
        }
        if (tree_.node(at).kind == NodeKind::number || tree_.node(at).kind == NodeKind::negate) {
            declaration.phase = read_phase(at);
            at = tree_.node(at).next;
        }
        const NodeKind kind = at == no_node ? NodeKind::set : tree_.node(at).kind;
        if (kind != NodeKind::text && kind != NodeKind::list)
            fail(at == no_node ? value : at, "the pre-activation is missing", neuron_form);
        declaration.expression = at;
        at = tree_.node(at).next;
        if (at == no_node) return;
        declaration.activation = read_activation(tree_, at);
        if (tree_.node(at).next != no_node) fail(tree_.node(at).next, "the neuron has too many parts", neuron_form);
    }

    std::int64_t read_phase(std::uint32_t id) {
        const Rational phase = constant_value(tree_, id);
        if (phase.get_den() != 1 || phase <= 0 || !phase.get_num().fits_slong_p())
            fail(id, fmt::format("the phase number {} makes no sense", printable(to_string(phase))),
                 "a positive integer, another for each neuron");
        const std::int64_t number = phase.get_num().get_si();
        const auto [at, added] = phases_.try_emplace(number, tree_.node(id).offset);
        if (!added)
            fail(id, fmt::format("the phase number {} is given twice; the first is at line {}", number,
                                 tree_.location(at->second).line));
        return number;
    }

    /// Finds out what the names of an expression stand for; inputs are declared by being used.
    void classify(std::uint32_t expression) {
        for (std::uint32_t id = tree_.node(expression).begin; id < expression; ++id) {
            const Node& node = tree_.node(id);
            if (node.kind != NodeKind::name || document_.meaning[node.payload].role != Role::unknown) continue;
            const auto parts = name_parts(tree_.symbol(node.payload));
            if (!parts || parts->letter != 'x') throw undeclared(tree_, node, declared());
            input(node.payload);
        }
    }

    std::vector<std::string> declared() const {
        constexpr std::size_t most = 2000;
        std::vector<std::string> names;
        for (std::uint32_t symbol = 0; symbol < document_.meaning.size() && names.size() < most; ++symbol)
            if (document_.meaning[symbol].role != Role::unknown) names.emplace_back(tree_.symbol(symbol));
        return names;
    }

    const SyntaxTree& tree_;
    Document document_;
    std::unordered_map<std::string_view, std::uint32_t> sections_;
    std::unordered_map<std::int64_t, std::uint32_t> phases_;
    std::uint32_t reading_ = no_node;
    std::optional<std::vector<std::uint32_t>>* side_ = nullptr;
};

bool is_infinite(const SyntaxTree& tree, std::uint32_t id, bool negative) {
    const Node& node = tree.node(id);
    if (negative) return node.kind == NodeKind::negate && is_infinite(tree, node.first, false);
    return node.kind == NodeKind::name && tree.symbol(node.payload) == "inf";
}
}  // namespace

Document read_document(const SyntaxTree& tree, NodeList sections) {
    return DocumentReader(tree).read(sections);
}

void check_names_of_inputs(const SyntaxTree& tree, const Document& document) {
    for (std::size_t i = 0; i < document.domains.size(); ++i) {
        const std::string_view key = tree.symbol(document.domains[i].first);
        const auto parts = name_parts(key);
        if (parts && parts->letter == 'x') continue;
        throw tree.error(document.domain_offsets[i],
                         fmt::format("'{}' is no input: only inputs have domains", printable(key)),
                         "a name x with digits (bound others in conditions)");
    }
}

model::Domain read_domain(const SyntaxTree& tree, std::uint32_t text) {
    const Node& quoted = tree.node(text);
    const std::uint32_t content = quoted.kind == NodeKind::text ? quoted.first : no_node;
    if (content == no_node || tree.node(content).kind != NodeKind::type)
        throw tree.error(quoted.offset, "this is no domain",
                         "such as 'real [-1, 1]', 'int [0, 255]', 'int {-1, 1}' or 'real'");
    const Node& type = tree.node(content);
    model::Domain domain;
    domain.kind = type.payload == 1 ? model::DomainKind::integer : model::DomainKind::real;
    if (type.first == no_node) return domain;
    const Node& extent = tree.node(type.first);
    if (extent.kind == NodeKind::interval) {
        const std::uint32_t upper = tree.node(extent.first).next;
        if (!is_infinite(tree, extent.first, true)) domain.lower = constant_value(tree, extent.first);
        if (!is_infinite(tree, upper, false)) domain.upper = constant_value(tree, upper);
        const bool whole = domain.kind == model::DomainKind::integer;
        if (domain.lower && domain.upper &&
            (whole ? ceil(*domain.lower) > floor(*domain.upper) : *domain.lower > *domain.upper))
            throw tree.error(quoted.offset,
                             whole ? "an int domain without an integer" : "a real domain without a number",
                             "a lower bound, then an upper one");
        return domain;
    }
    for (std::uint32_t id = extent.first; id != no_node; id = tree.node(id).next) {
        domain.values.push_back(constant_value(tree, id));
        if (domain.kind == model::DomainKind::integer && domain.values.back().get_den() != 1)
            throw tree.error(tree.node(id).offset, "a value of an int domain that is no integer", "an integer");
    }
    std::ranges::sort(domain.values);
    domain.values.erase(std::unique(domain.values.begin(), domain.values.end()), domain.values.end());
    return domain;
}

model::Activation read_activation(const SyntaxTree& tree, std::uint32_t text) {
    constexpr const char* known =
        "relu, hardlim, sign, signum, purelin, satlin, satlins, tansig, sigmoid, leaky_relu(slope) or clip(lower, "
        "upper)";
    const Node& quoted = tree.node(text);
    const std::uint32_t id = quoted.kind == NodeKind::text ? quoted.first : no_node;
    if (id == no_node) throw tree.error(quoted.offset, "this is no activation", known);
    const Node& content = tree.node(id);
    if (content.kind == NodeKind::name) {
        const std::string_view name = tree.symbol(content.payload);
        if (auto activation = model::activation_named(name)) return *std::move(activation);
        throw tree.error(content.offset, fmt::format("unknown activation '{}'", printable(name)), known);
    }
    if (content.kind != NodeKind::call) throw tree.error(content.offset, "this is no activation", known);
    const std::string_view name = tree.symbol(content.payload);
    const std::uint32_t second = tree.node(content.first).next;
    const std::size_t arguments = second == no_node ? 1 : tree.node(second).next == no_node ? 2 : 3;
    model::Activation activation;
    if (name == "leaky_relu" && arguments == 1) {
        activation.kind = model::ActivationKind::leaky_relu;
        activation.slope = constant_value(tree, content.first);
        return activation;
    }
    if (name == "clip" && arguments == 2) {
        activation.kind = model::ActivationKind::clip;
        if (!is_infinite(tree, content.first, true)) activation.lower = constant_value(tree, content.first);
        if (!is_infinite(tree, second, false)) activation.upper = constant_value(tree, second);
        if (activation.lower && activation.upper && *activation.lower > *activation.upper)
            throw tree.error(content.offset,
                             fmt::format("a clip whose lower bound {} is above its upper bound {}",
                                         to_string(*activation.lower), to_string(*activation.upper)),
                             "a lower bound, then an upper one");
        return activation;
    }
    throw tree.error(content.offset,
                     fmt::format("unknown activation '{}' with {} parameter{}", printable(name),
                                 arguments == 3 ? "3 or more" : std::to_string(arguments), arguments == 1 ? "" : "s"),
                     known);
}

}  // namespace sinew::read::dnn
