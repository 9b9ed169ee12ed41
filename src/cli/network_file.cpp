// SPDX-License-Identifier: Apache-2.0
#include "cli/network_file.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "write/bnn_text.hpp"
#include "write/npz.hpp"
#include "write/onnx.hpp"

namespace sinew::cli {

namespace {
using Writer = std::string (*)(const model::BinarizedNetwork&);

Writer writer_of(const std::string& path) {
    if (path.ends_with(".onnx")) return write::onnx;
    if (path.ends_with(".npz")) return write::npz;
    if (path.ends_with(".bnn")) return write::bnn_text;
    throw UsageError(fmt::format("--out cannot be '{}' (expected a name that ends in .onnx, .npz or .bnn)", path));
}
}  // namespace

NetworkFile::NetworkFile(const std::string& path) : text_of_(writer_of(path)), file_(path) {}

void NetworkFile::write(const model::BinarizedNetwork& network) {
    file_.write(text_of_(network));
}

}  // namespace sinew::cli
