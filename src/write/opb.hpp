// SPDX-License-Identifier: Apache-2.0
// A pseudo-Boolean problem as OPB text.
#pragma once

#include <string>

#include "model/legend.hpp"
#include "model/pseudo_boolean.hpp"

namespace sinew::write {

/// With the header of the competitions. Products that were read as one term come out as the variables that stand for
/// them, with the constraints that define them; a problem to be maximised comes out as one to be minimised. The legend
/// stands in comments (`* x3: …`).
std::string opb_text(const model::PseudoBoolean& problem, const model::Legend& legend = {});

}  // namespace sinew::write
