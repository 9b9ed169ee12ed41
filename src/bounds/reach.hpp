// SPDX-License-Identifier: Apache-2.0
// Which components of each layer a component further up depends on: its receptive field, as a box of channels, rows and
// columns a layer. What back-substitution carries down from it is 0 everywhere else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bounds/convolution_walk.hpp"
#include "model/network.hpp"

namespace sinew::bounds {

/// How the components of a layer lie: ((channel·height) + row)·width + column. A layer that is no image has one row of
/// one channel.
struct ImageShape {
    std::size_t channels = 1, height = 1, width = 1;

    ImageBox whole() const { return {0, channels, 0, height, 0, width}; }
    friend bool operator==(const ImageShape&, const ImageShape&) = default;
};

/// The least box around both.
ImageBox join(const ImageBox& a, const ImageBox& b);

/// Those components of `list`, in order, that lie inside the box, behind what `out` holds.
void choose_inside(const ImageShape& shape, const ImageBox& box, std::span<const std::uint32_t> list,
                   std::vector<std::uint32_t>& out);

/// body(first component, count) for runs that together are the box.
template <class Body>
void over_runs(const ImageShape& shape, const ImageBox& box, Body body) {
    if (box.size() == 0) return;
    if (box.rows() == shape.height && box.columns() == shape.width) {
        const std::size_t plane = shape.height * shape.width;
        body(box.channel_begin * plane, box.channels() * plane);
        return;
    }
    for (std::size_t c = box.channel_begin; c < box.channel_end; ++c)
        for (std::size_t y = box.row_begin; y < box.row_end; ++y)
            body((c * shape.height + y) * shape.width + box.column_begin, box.columns());
}

/// `list` along a curve that fills the image: components near each other in the list are so in the image, those of a
/// position, over all channels, are together.
std::vector<std::uint32_t> along_curve(const ImageShape& shape, std::span<const std::uint32_t> list);

/// Boxes by layer; an empty one is size() == 0.
using Boxes = std::vector<ImageBox>;

/// The receptive fields of a network's layers. Memory: three numbers a row of an image; made in O(entries of sparse
/// maps).
class ReachMap {
  public:
    explicit ReachMap(const model::Network& network);

    const ImageShape& shape(std::size_t layer) const { return shapes_[layer]; }
    Boxes none() const { return Boxes(shapes_.size()); }
    /// The component belongs to boxes[layer].
    void add(Boxes& boxes, std::size_t layer, std::size_t component) const;
    /// Lets the boxes of the layers below `top` hold all that the boxes of layers below `top` depend on.
    void close(Boxes& boxes, std::size_t top) const;
    /// By variable of the network (the same): whether one of `variables` may depend on it.
    std::vector<bool> needed(const model::Network& network, std::span<const Variable> variables) const;

  private:
    struct Range {
        std::uint32_t begin = 0, end = 0;
    };
    /// What one layer reads of another: by channel, row and column of the reader.
    struct Edge {
        std::size_t source = 0;
        enum class Kind { same, all, ranges } kind = Kind::all;
        std::vector<Range> channel, row, column;
    };

    void choose_shapes(const model::Network& network);
    Edge edge(std::size_t reader, std::size_t source, const model::LinearMap& map) const;
    Edge transposed_edge(std::size_t reader, std::size_t source, const model::ConvolutionMap& of) const;
    /// Of a map or pooling that is given entry by entry: for_each(visit(row, column)).
    template <class ForEach>
    Edge edge_of_entries(std::size_t reader, std::size_t source, ForEach for_each) const;

    std::vector<ImageShape> shapes_;
    std::vector<std::vector<Edge>> edges_;  ///< by reader
};

}  // namespace sinew::bounds
