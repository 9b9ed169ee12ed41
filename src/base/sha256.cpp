// SPDX-License-Identifier: Apache-2.0
// The only file that includes <nettle/sha2.h>.
#include "base/sha256.hpp"

#include <array>

#include <fmt/core.h>
#include <nettle/sha2.h>

namespace sinew {

struct Sha256::Context {
    sha256_ctx state{};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
    sha256_init(&context_->state);
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view content) {
    sha256_update(&context_->state, content.size(), reinterpret_cast<const std::uint8_t*>(content.data()));
}

std::string Sha256::text() {
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
    sha256_digest(&context_->state, digest.size(), digest.data());
    std::string text;
    for (const std::uint8_t byte : digest) text += fmt::format("{:02x}", byte);
    return text;
}

std::string sha256(std::string_view content) {
    Sha256 digest;
    digest.add(content);
    return digest.text();
}

}  // namespace sinew
