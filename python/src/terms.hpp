// SPDX-License-Identifier: Apache-2.0
// Expressions and conditions over symbols that know where they come from: free variables, and what networks make of
// them. They are put into a question or a model by scope.hpp.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pybind11/pybind11.h>
#include <sinew/sinew.hpp>

namespace sinew::python {

namespace py = pybind11;

struct Block;
/// Blocks that an expression speaks of: by their first symbol, each once. They live as long as it does.
using Owners = std::vector<std::shared_ptr<const Block>>;

struct Term {
    Expression value;
    Owners owners;
};
struct Truth {
    Condition value;
    Owners owners;
};
struct Terms {
    std::vector<Expression> values;
    Owners owners;
};
struct Truths {
    std::vector<Condition> values;
    Owners owners;
};

/// A network put on inputs.
struct Application {
    Network network;
    std::vector<Expression> inputs;
    Owners owners;  ///< of the inputs
    std::string name;
};

/// Variables that stand together: symbols first, first + 1, … Each block has symbols of its own.
struct Block {
    enum class Kind : std::uint8_t {
        reals,
        integers,
        outputs,  ///< of an application
        layer,    ///< of an application
        fixed,    ///< of one question or model, which alone knows what they are
    };
    Kind kind = Kind::reals;
    std::size_t first = 0;
    std::size_t count = 0;
    std::string name;
    std::vector<std::size_t> shape{};  ///< its product is count; none: a single variable with that name
    std::optional<Rational> lower{};
    std::optional<Rational> upper{};
    std::vector<Integer> values{};  ///< integers: these, if there are any
    std::shared_ptr<const Application> application{};
    std::size_t layer = 0;
    std::vector<std::string> names{};  ///< fixed: of each

    std::string name_of(std::size_t symbol) const;
};

/// With symbols that no other block has.
std::shared_ptr<Block> new_block(Block::Kind kind, std::string name, std::vector<std::size_t> shape);
py::tuple shape_of(const Block& block);
Terms terms_of(const std::shared_ptr<const Block>& block);
Owners merged(const Owners& left, const Owners& right);
/// The block of a symbol; nullptr if it is of none of them.
const Block* owner_of(const Owners& owners, std::size_t symbol);

void bind_terms(py::module_& module);

}  // namespace sinew::python
