// SPDX-License-Identifier: Apache-2.0
// The file that a trained network goes to, its format by its ending.
#pragma once

#include <string>

#include "cli/output_file.hpp"
#include "model/binarized.hpp"

namespace sinew::cli {

class NetworkFile {
  public:
    /// Throws UsageError for an ending that is none of .onnx, .npz and .bnn, OutputError if the file cannot be written.
    explicit NetworkFile(const std::string& path);
    void write(const model::BinarizedNetwork& network);

  private:
    std::string (*text_of_)(const model::BinarizedNetwork&);
    OutputFile file_;
};

}  // namespace sinew::cli
