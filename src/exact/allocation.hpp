// SPDX-License-Identifier: Apache-2.0
// What exact numbers do when memory ends.
#pragma once

namespace sinew {

/// GMP ends the program when an allocation fails; from now on it throws std::bad_alloc instead.
void exact_numbers_throw_when_memory_ends();

}  // namespace sinew
