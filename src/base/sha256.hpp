// SPDX-License-Identifier: Apache-2.0
// Digests of content, by which a file that a later run reads back knows what it is about.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace sinew {

/// SHA-256 (FIPS 180-4) of content that comes in pieces.
class Sha256 {
  public:
    Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    ~Sha256();

    void add(std::string_view content);
    /// 64 hexadecimal digits. Nothing is added afterwards.
    std::string text();

  private:
    struct Context;
    std::unique_ptr<Context> context_;
};

/// The same of content that is there as a whole.
std::string sha256(std::string_view content);

}  // namespace sinew
