// SPDX-License-Identifier: Apache-2.0
// Binarized networks: weights of -1, 0 and 1, neurons that are on or off; from files, or trained (training.hpp).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <sinew/network.hpp>
#include <sinew/number.hpp>
#include <sinew/output_error.hpp>

namespace sinew {

struct BinarizedData;

/// A network as it was trained, with its batch normalisation where it has one; its engines (docs/bnn.md) know more of
/// it than of the same network in general layers. Copies share; it never changes.
class BinarizedNetwork {
  public:
    std::size_t input_count() const;  ///< values that an input has
    /// The image's, where the file tells: [channels, height, width]; else {input_count()}.
    std::vector<std::size_t> input_shape() const;
    /// With one output there are two classes: 1 where it is >= 0, and 0.
    std::size_t class_count() const;
    /// "bits", "signs", "pixels", "unit" or "integers" (docs/bnn.md).
    std::string input_kind() const;
    std::size_t weight_count() const;  ///< of all layers, those that are 0 among them

    /// The outputs, exactly. UsageError for another number of inputs.
    std::vector<Rational> scores(const std::vector<Rational>& inputs) const;
    /// The class of the greatest score, the lowest of several.
    std::size_t predict(const std::vector<Rational>& inputs) const;

    /// Of a network that knows how raw rows become its inputs, as those do that sinew trained: the classes' names (the
    /// values of the label), in order; else empty.
    std::vector<std::string> class_names() const;
    /// Of such a network: the columns that it reads, in order; else empty.
    std::vector<std::string> columns() const;
    /// A raw row, one cell a column of columns(), as inputs of the network. A cell is text as tables have it; "" and
    /// "?" are missing, and filled. UsageError where the network does not know, or the row does not fit; InputError
    /// for a cell that cannot be read.
    std::vector<Rational> inputs_of(const std::vector<std::string>& row) const;

    /// The classes of raw rows; quick. Errors as above.
    std::vector<std::size_t> predict_rows(const std::vector<std::vector<std::string>>& rows) const;

    /// The same network as layers of the general kind, for Query, Model and bounds.
    Network network() const;

    /// Its file: "bnn" (text, docs/bnn.md), "onnx" or "npz" (bytes). UsageError for other formats, and for operations
    /// that the format has not.
    std::string encode(const std::string& format) const;
    /// The same, written whole or not at all; the ending says the format. OutputError where that fails.
    void save(const std::string& path) const;

    /// For the library itself.
    explicit BinarizedNetwork(std::shared_ptr<const BinarizedData> data) : data_(std::move(data)) {}
    const BinarizedData& data() const { return *data_; }  ///< for the library itself

  private:
    std::shared_ptr<const BinarizedData> data_;
};

/// From .npz, .bnn, .onnx, .dnn or a folder of CSV files (docs/bnn.md). `input_kind` says what the inputs are where the
/// file does not; "" leaves it to the file. InputError for what cannot be read or is no binarized network.
BinarizedNetwork load_binarized_network(const std::string& path, const std::string& input_kind = "");

}  // namespace sinew
