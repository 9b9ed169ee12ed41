// SPDX-License-Identifier: Apache-2.0
// Checks of what has been read do not know from which file it came: their callers do.
#pragma once

#include <string>

#include "base/error.hpp"

namespace sinew {

/// What `work` returns. What is wrong in it is wrong with what `file` holds: an InputError that names no file is thrown
/// on with this one, and so is the UsageError of a function that refuses what it is given.
template <class Work>
auto naming_file(const std::string& file, const Work& work) {
    try {
        return work();
    } catch (const InputError& error) {
        if (!error.location().file.empty()) throw;
        throw InputError({file, 0, 0}, error.what());
    } catch (const UsageError& error) {
        throw InputError({file, 0, 0}, error.what());
    }
}

}  // namespace sinew
