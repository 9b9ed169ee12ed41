// SPDX-License-Identifier: Apache-2.0
// Zip archives in memory, as NumPy's savez writes them: stored or deflated members, found by the central directory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "read/file.hpp"

namespace sinew::read::bnn {

struct ZipMember {
    std::string name;
    std::string content;
};

/// True iff the bytes begin as a zip archive does.
bool is_zip(std::string_view bytes);

/// All members in the order of the directory. Throws InputError, naming `file` and the member, where the archive is
/// damaged, encrypted, in parts or of another compression method, where a checksum is wrong, and where the members
/// together are larger than `limit`.
std::vector<ZipMember> read_zip(std::string_view bytes, const std::string& file, std::size_t limit = largest_file);

}  // namespace sinew::read::bnn
