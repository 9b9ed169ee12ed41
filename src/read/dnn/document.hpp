// SPDX-License-Identifier: Apache-2.0
// What a `dnn` text says before any of it is given a meaning in numbers: who is declared, where, and in what words.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/query.hpp"
#include "read/dnn/syntax.hpp"

namespace sinew::read::dnn {

/// An entry 'a…' or 'y…' of dnn.
struct Declaration {
    std::uint32_t symbol = 0;
    std::uint32_t offset = 0;
    std::optional<std::int64_t> phase;  ///< a… only
    std::uint32_t expression = no_node;
    std::optional<model::Activation> activation;  ///< a… only
};

enum class Role : std::uint8_t { unknown, input, before_activation, after_activation, output };

/// What a symbol stands for; `index` is that of its declaration.
struct Meaning {
    Role role = Role::unknown;
    std::uint32_t index = 0;
};

struct Document {
    std::vector<Declaration> declarations;
    std::vector<Meaning> meaning;                                  ///< by symbol
    std::vector<std::uint32_t> inputs;                             ///< symbols, in the order of reports
    std::vector<std::pair<std::uint32_t, model::Domain>> domains;  ///< symbol of an input, its domain
    std::vector<std::uint32_t> domain_offsets;                     ///< their places in the text
    /// What has to hold of the inputs and of the rest: roots of expressions; nothing was said of a side that is absent.
    std::optional<std::vector<std::uint32_t>> input_conditions;
    std::optional<std::vector<std::uint32_t>> output_conditions;
    std::vector<std::uint32_t> bare_conditions;  ///< of no side
    std::uint32_t objective = no_node;           ///< the objective node
    std::optional<model::Precision> precision;
    bool has_network = false;  ///< a section dnn
    bool has_domains = false;
};

/// Sorts the sections of a parsed text into declarations, domains and the rest, and finds out what every name stands
/// for. Tables without a name are what their keys say. InputError for duplicates, names that no one declares, and
/// entries of the wrong form.
Document read_document(const SyntaxTree& tree, NodeList sections);

/// The domains are of inputs that this format may have: those of other networks are called as these call them.
void check_names_of_inputs(const SyntaxTree& tree, const Document& document);

/// 'int [0, 255]', 'real [-1, inf]', 'int {-1, 1}', 'real': the content of a domain's text.
model::Domain read_domain(const SyntaxTree& tree, std::uint32_t text);
/// 'hardlim', 'leaky_relu(1/100)', 'clip(0, inf)'.
model::Activation read_activation(const SyntaxTree& tree, std::uint32_t text);

}  // namespace sinew::read::dnn
