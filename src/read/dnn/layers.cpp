// SPDX-License-Identifier: Apache-2.0
#include "read/dnn/layers.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "base/utf8.hpp"
#include "read/affine_rows.hpp"
#include "read/dnn/names.hpp"

namespace sinew::read::dnn {

namespace {
using model::LayerId;

/// Which declarations each declaration uses, as compressed rows.
struct Uses {
    std::vector<std::size_t> begin{0};
    std::vector<std::uint32_t> used;
};

Uses find_uses(const SyntaxTree& tree, const Document& document) {
    Uses uses;
    std::vector<std::uint32_t> last_user(document.declarations.size(), no_node);
    for (std::uint32_t user = 0; user < document.declarations.size(); ++user) {
        const std::uint32_t expression = document.declarations[user].expression;
        for (std::uint32_t id = tree.node(expression).begin; id < expression; ++id) {
            const Node& node = tree.node(id);
            if (node.kind != NodeKind::name) continue;
            const Meaning& meaning = document.meaning[node.payload];
            if (meaning.role == Role::input || last_user[meaning.index] == user) continue;
            last_user[meaning.index] = user;
            uses.used.push_back(meaning.index);
        }
        uses.begin.push_back(uses.used.size());
    }
    return uses;
}

[[noreturn]] void report_cycle(const SyntaxTree& tree, const Document& document, const std::vector<std::uint32_t>& path,
                               std::uint32_t again) {
    constexpr std::size_t most_shown = 12;
    const auto start = std::ranges::find(path, again);
    std::string shown;
    std::size_t count = 0;
    for (auto at = start; at != path.end(); ++at) {
        if (count++ == most_shown) {
            shown += "… -> ";
            break;
        }
        shown += fmt::format("{} -> ", printable(tree.symbol(document.declarations[*at].symbol)));
    }
    const Declaration& first = document.declarations[again];
    throw tree.error(first.offset,
                     fmt::format("the network has a cycle: {}{}", shown, printable(tree.symbol(first.symbol))),
                     "neurons that do not depend on themselves");
}

/// The number of declarations on the longest path from the inputs to each declaration, itself included.
std::vector<std::uint32_t> find_depths(const SyntaxTree& tree, const Document& document) {
    const Uses uses = find_uses(tree, document);
    enum class State : std::uint8_t { fresh, open, done };
    std::vector<State> state(document.declarations.size(), State::fresh);
    std::vector<std::uint32_t> depth(document.declarations.size(), 1);
    std::vector<std::size_t> next(uses.begin.begin(), uses.begin.end() - 1);
    std::vector<std::uint32_t> path;
    for (std::uint32_t start = 0; start < state.size(); ++start) {
        if (state[start] == State::fresh) path.push_back(start);
        while (!path.empty()) {
            const std::uint32_t at = path.back();
            state[at] = State::open;
            if (next[at] == uses.begin[at + 1]) {
                state[at] = State::done;
                path.pop_back();
                if (!path.empty()) depth[path.back()] = std::max(depth[path.back()], depth[at] + 1);
                continue;
            }
            const std::uint32_t used = uses.used[next[at]++];
            if (state[used] == State::open) report_cycle(tree, document, path, used);
            if (state[used] == State::fresh)
                path.push_back(used);
            else
                depth[at] = std::max(depth[at], depth[used] + 1);
        }
    }
    return depth;
}

/// Neurons of one depth with one activation, or outputs of one depth.
struct Group {
    std::uint32_t depth = 0;
    bool output = false;
    std::string activation;
    auto operator<=>(const Group&) const = default;
};

class NetworkBuilder {
  public:
    NetworkBuilder(const SyntaxTree& tree, const Document& document, model::Query& query)
        : tree_(tree), document_(document), query_(query), variables_(tree.symbol_count()) {}

    VariableTable build() {
        add_inputs();
        std::map<Group, std::vector<std::uint32_t>> groups;
        const std::vector<std::uint32_t> depth = find_depths(tree_, document_);
        for (std::uint32_t i = 0; i < depth.size(); ++i) {
            const auto& activation = document_.declarations[i].activation;
            groups[{depth[i], !activation, activation ? to_string(*activation) : ""}].push_back(i);
        }
        for (auto& [group, members] : groups) {
            std::ranges::sort(members, [&](std::uint32_t a, std::uint32_t b) { return before(symbol(a), symbol(b)); });
            add_group(group, members);
        }
        order_outputs();
        return std::move(variables_);
    }

  private:
    std::string_view symbol(std::uint32_t declaration) const {
        return tree_.symbol(document_.declarations[declaration].symbol);
    }

    void add_inputs() {
        if (document_.inputs.empty()) return;
        const LayerId layer = query_.network.add_input("x", {document_.inputs.size()});
        for (std::size_t i = 0; i < document_.inputs.size(); ++i)
            name(document_.inputs[i], query_.network.variable(layer, i));
    }

    void name(std::uint32_t symbol, Variable variable) {
        variables_[symbol] = variable;
        query_.names.emplace(variable, tree_.symbol(symbol));
    }

    void add_group(const Group& group, const std::vector<std::uint32_t>& members) {
        AffineRows rows(query_.network, members.size());
        for (const std::uint32_t member : members)
            rows.add(linear_form(tree_, variables_, document_.declarations[member].expression));
        const std::string suffix = group.activation.empty() || group.activation == "relu" ? "" : "_" + group.activation;
        const LayerId affine = query_.network.add_affine(
            fmt::format("{}{}{}", group.output ? 'y' : 'a', group.depth, suffix), {members.size()}, rows.take());
        for (std::size_t i = 0; i < members.size(); ++i) {
            const Declaration& declaration = document_.declarations[members[i]];
            const Variable variable = query_.network.variable(affine, i);
            name(declaration.symbol, variable);
            if (declaration.phase) query_.phase_numbers.emplace(variable, *declaration.phase);
        }
        if (!group.output) add_activation(group, members, affine, suffix);
    }

    void add_activation(const Group& group, const std::vector<std::uint32_t>& members, LayerId affine,
                        const std::string& suffix) {
        const LayerId layer = query_.network.add_activation(fmt::format("n{}{}", group.depth, suffix), affine,
                                                            *document_.declarations[members.front()].activation);
        for (std::size_t i = 0; i < members.size(); ++i) {
            const std::string text = "n" + std::string(symbol(members[i]).substr(1));
            const Variable variable = query_.network.variable(layer, i);
            query_.names.emplace(variable, text);
            const std::uint32_t after = tree_.find(text);  // absent where no one uses the neuron
            if (after != no_node) variables_[after] = variable;
        }
    }

    void order_outputs() {
        std::vector<std::uint32_t> outputs;
        for (const Declaration& declaration : document_.declarations)
            if (!declaration.activation) outputs.push_back(declaration.symbol);
        std::ranges::sort(outputs,
                          [&](std::uint32_t a, std::uint32_t b) { return before(tree_.symbol(a), tree_.symbol(b)); });
        for (const std::uint32_t output : outputs) query_.outputs.push_back(variables_[output]);
    }

    const SyntaxTree& tree_;
    const Document& document_;
    model::Query& query_;
    VariableTable variables_;
};
}  // namespace

VariableTable build_network(const SyntaxTree& tree, const Document& document, model::Query& query) {
    return NetworkBuilder(tree, document, query).build();
}

}  // namespace sinew::read::dnn
