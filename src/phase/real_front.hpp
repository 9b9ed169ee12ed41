// The first neurons of a binarized network over real inputs: which of them a box of inputs decides, and the linear
// conditions on which the others turn.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "model/query.hpp"

namespace sinew::phase {

/// form >= 0, or form > 0 if strict, over input variables; neither always true nor always false on the box.
struct FrontAtom {
    LinearForm form;
    bool strict = false;
};

/// A first neuron: a constant, or whether some of its atoms hold (no atom: none do), negated or not.
struct FrontUnit {
    std::vector<std::uint32_t> atoms;
    bool negated = false;
    bool is_constant() const { return atoms.empty(); }
    bool constant_value() const { return negated; }
};

struct RealFront {
    model::LayerId activation;  ///< the first layer of neurons
    std::vector<FrontAtom> atoms;
    std::vector<FrontUnit> units;
};

/// Absent, with the reason, where the layers below the first activation are not affine (with at most one pooling below
/// each neuron), an input has no finite bounds, or a limit was reached.
std::optional<RealFront> real_front(const model::Query& query, const Limits& limits, std::string& reason);

}  // namespace sinew::phase
