// SPDX-License-Identifier: Apache-2.0
// Unbounded inputs made bounded: in homogeneous coordinates x = x'/t a network of ReLUs is linear in (x', t) where it
// was affine in x, because relu(s/t) = relu(s)/t. Every real x has such coordinates with max |x'_i| = 1 or t =
// nearness, which are 2n + 1 boxes; t > 0 leaves out the points at infinity. So the bounded engines answer unbounded
// queries.
#pragma once

#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::search {

/// Whether project() can: real domains, an input without one of its bounds (at most 32 inputs), no free Booleans, and
/// every activation positively homogeneous: ReLU, LeakyReLU, identity, max-pooling.
bool projective_applies(const model::Query& query);

/// The query over (t, x'), which holds at (t, x') iff `query` holds at x'/t. Its variable v + 1 is t times variable v
/// of `query`, its variable 0 is t.
model::Query project(const model::Query& query);

/// The witness of `query` that a witness of project(query) stands for, as short numbers where they will do.
model::Witness unproject(const model::Query& query, const model::Witness& projected);

}  // namespace sinew::search
