// The only file that includes <nettle/sha2.h>.
#include "cli/sha256.hpp"

#include <array>

#include <fmt/core.h>
#include <nettle/sha2.h>

namespace sinew::cli {

std::string sha256(std::string_view content) {
    sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, content.size(), reinterpret_cast<const std::uint8_t*>(content.data()));
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
    sha256_digest(&context, digest.size(), digest.data());
    std::string text;
    for (const std::uint8_t byte : digest) text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace sinew::cli
