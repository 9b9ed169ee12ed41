// SPDX-License-Identifier: Apache-2.0
// The messages of an ONNX file, without the bytes of its large weights: these stay where the file's bytes are until
// they become numbers, so that no weight is in memory twice for longer than its own tensor is read.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "onnx.pb.h"

namespace sinew::read::onnx {

struct ModelFile {
    ModelProto model;
    /// By initializer: its raw data in the file's bytes; without data where they are in the message, or nowhere.
    std::vector<std::string_view> raw;
};

/// False where the bytes are no such messages. Fields that come twice are merged, as protobuf does it.
bool parse_model_file(std::string_view bytes, ModelFile& file);

}  // namespace sinew::read::onnx
