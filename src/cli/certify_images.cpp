// SPDX-License-Identifier: Apache-2.0
#include "cli/certify_images.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include <fmt/core.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/output_error.hpp"
#include "cli/output_file.hpp"
#include "write/png.hpp"

namespace sinew::cli {

namespace {
/// Changes in units of the pixels' bytes as shades around grey, the greatest of them black or white. Reals may change
/// by less than a byte: the difference is of the exact values.
std::vector<std::uint8_t> shades(const std::vector<double>& changes) {
    double greatest = 0;
    for (const double change : changes) greatest = std::max(greatest, std::abs(change));
    std::vector<std::uint8_t> bytes;
    for (const double change : changes)
        bytes.push_back(static_cast<std::uint8_t>(greatest > 0 ? 128.5 + 127 * change / greatest : 128.5));
    return bytes;
}
}  // namespace

CertifyImages::CertifyImages(std::string folder, const Examples& examples, const std::string& network)
    : folder_(std::move(folder)), examples_(examples) {
    if (examples.image_shape().empty()) throw InputError({network, 0, 0}, "--images: the network reads no images");
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error) throw OutputError(folder_, error.value());
    if (access(folder_.c_str(), W_OK | X_OK) != 0) throw OutputError(folder_, errno);
}

void CertifyImages::write(const CertifyRecord& record, const std::vector<Rational>& input) const {
    if (record.changes.empty()) return;
    const std::vector<Rational> adversarial = adversarial_input(record, input);
    std::vector<double> changes(input.size());
    for (std::size_t i = 0; i < input.size(); ++i) changes[i] = Rational(adversarial[i] - input[i]).get_d();
    const std::vector<std::size_t>& shape = examples_.image_shape();
    const auto file = [&](const char* what, const std::vector<std::uint8_t>& bytes) {
        const std::filesystem::path path =
            std::filesystem::path(folder_) /
            fmt::format("{}_{}_as_{}_{}.png", record.row, record.label, record.adversarial_class.value_or(0), what);
        OutputFile(path.string()).write(write::png(shape[0], shape[1], shape[2], bytes));
    };
    file("original", examples_.image(input));
    file("adversarial", examples_.image(adversarial));
    file("difference", shades(examples_.in_image_order(changes)));
}

}  // namespace sinew::cli
