// SPDX-License-Identifier: Apache-2.0
// Builds the model's network from tensors: lets affine operators grow while nobody else reads them, and moves them
// into the network when somebody does.
#pragma once

#include <functional>
#include <string>

#include "read/onnx/intervals.hpp"
#include "read/onnx/numbers.hpp"
#include "read/onnx/value.hpp"

namespace sinew::read::onnx {

/// Owns the network while it grows. What an operator creates beyond the weights of the file is charged against a
/// budget that grows with the file, so that a few bytes of file cannot demand gigabytes.
class Builder {
  public:
    /// `exceeded` is called, and does not return, when a network would need more than the budget.
    Builder(std::size_t file_bytes, std::function<void(const std::string&)> exceeded)
        : budget_(least_budget + file_bytes / 8), exceeded_(std::move(exceeded)) {}

    Tensor input(std::string name, Shape shape);
    /// A new affine layer that waits for more.
    Tensor affine(std::string name, Shape shape, model::AffineLayer layer);
    /// A new affine layer map · (components of the tensor's source) + bias; it waits for more.
    Tensor map(std::string name, Shape shape, Tensor& source, model::LinearMap map, model::NumberArray bias);
    Tensor map(std::string name, Shape shape, Tensor& source, model::LinearMap map);
    Tensor activation(std::string name, Tensor source, const model::Activation& activation);
    /// `pool`'s members are components of `source`; pool.source is filled in here.
    Tensor max_pool(std::string name, Shape shape, Tensor source, model::MaxPoolLayer pool);

    /// `product`'s factors are components of `source`; product.source is filled in here.
    Tensor product(std::string name, Shape shape, Tensor source, model::ProductLayer product);

    /// The layer of the tensor's source, added to the network now if it was waiting.
    model::LayerId layer(Tensor& tensor);
    /// A tensor whose elements are exactly the components of its source in order; a selection layer is added if they
    /// are not.
    Tensor contiguous(Tensor tensor, const std::string& name);
    /// The term that copies the tensor's elements.
    model::AffineTerm copy_term(Tensor& tensor);

    /// The waiting affine layer if nobody else looks at it and the tensor sees every component once, else null.
    model::AffineLayer* extensible(Tensor& tensor);

    /// Where the tensor's elements lie if the inputs lie in `domains` (null: anywhere).
    std::vector<Interval> intervals(Tensor& tensor, const std::vector<model::Domain>* domains);

    /// Counts `elements` numbers of 8 bytes against the budget before they are allocated.
    void charge(std::size_t elements);

    model::Network take() { return std::move(network_); }
    const model::Network& network() const { return network_; }

  private:
    static constexpr std::size_t least_budget = std::size_t{1} << 25;  // numbers: a quarter of a gigabyte

    Tensor view(Source source, Shape shape);

    model::Network network_;
    LayerIntervals intervals_;
    std::size_t budget_;
    std::function<void(const std::string&)> exceeded_;
    std::size_t charged_ = 0;
};

/// True iff the tensor sees each component of its source exactly once.
bool is_permutation(const Tensor& tensor);

/// A sparse map that is filled row by row.
class SparseRows {
  public:
    SparseRows(std::size_t columns, std::size_t row_count) {
        map_.columns = columns;
        map_.row_begin.reserve(row_count + 1);
    }
    void add(std::uint32_t column, double weight) {
        map_.column.push_back(column);
        weights_.push_back(weight);
    }
    void add(std::uint32_t column, const model::NumberArray& numbers, std::size_t index) {
        add(column, numbers.nearest()[index]);
        if (!numbers.holds_double(index)) inexact_.emplace_back(weights_.size() - 1, numbers.exact(index));
    }
    void end_row() { map_.row_begin.push_back(map_.column.size()); }
    model::SparseMap take();

  private:
    model::SparseMap map_;
    std::vector<double> weights_;
    std::vector<std::pair<std::size_t, Rational>> inexact_;
};

}  // namespace sinew::read::onnx
