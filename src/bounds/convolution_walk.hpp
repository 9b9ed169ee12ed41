// SPDX-License-Identifier: Apache-2.0
// A convolution, or its transpose, as a list of gathers (kernels.hpp): at each position of what is written, all
// channels of a group are sums over the same part of what is read. Borders, strides, dilations and dead components are
// met when the lists are made, so that the loops multiply by nothing but live components under the kernel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bounds/kernels.hpp"
#include "bounds/lane_kernel_table.hpp"
#include "model/linear_map.hpp"

namespace sinew::bounds {

/// Channels, rows and columns of an image, each from its begin to before its end; all 0 for nothing.
struct ImageBox {
    std::size_t channel_begin = 0, channel_end = 0;
    std::size_t row_begin = 0, row_end = 0;
    std::size_t column_begin = 0, column_end = 0;

    std::size_t channels() const { return channel_end - channel_begin; }
    std::size_t rows() const { return row_end - row_begin; }
    std::size_t columns() const { return column_end - column_begin; }
    std::size_t size() const { return channels() * rows() * columns(); }
};

/// The least box around the components of `list`, in order; the whole image for a list without indices.
ImageBox box_around(std::size_t channels, std::size_t height, std::size_t width, LaneList list);

/// Each gather once. The sum of a component that is written goes over what is read in this order: blocks of eight
/// channels of its group, rows, columns, channels.
class ConvolutionWalk {
  public:
    /// Forward: from the image that `map` reads to the one it writes; transposed the other way round. `sources` and
    /// `targets` are the components that take part, in order. Borrows the map, not the lists.
    ConvolutionWalk(const model::ConvolutionMap& map, bool transposed, LaneList sources, LaneList targets);

    /// The next gather, in weights(), from(), to(), outputs() and terms(); false when there is none.
    bool next();
    const double* weights() const { return weights_; }
    /// Components that those of terms() and outputs() are counted from.
    std::size_t from() const { return from_; }
    std::size_t to() const { return to_; }
    GatherList outputs() const { return outputs_.list(); }
    GatherList terms() const { return terms_->list(); }
    /// Of this gather.
    std::size_t products() const { return outputs_.count * terms_->count; }

  private:
    static constexpr std::size_t block = 8;  ///< channels whose weights stay in the nearest cache

    struct Places {
        std::vector<std::uint32_t> component, weight;  ///< room for `count` and more
        std::size_t count = 0;
        bool is_made = false;
        GatherList list() const { return {component.data(), weight.data(), count}; }
    };
    struct Tap {
        std::uint32_t source;  ///< row or column that is read
        std::uint32_t kernel;  ///< row or column of the kernel
    };
    /// What the rows (or the columns) that are written see: those of one kind see the same but for a shift.
    struct Axis {
        std::vector<std::vector<Tap>> taps;
        std::vector<std::uint32_t> kind;
        std::size_t kinds = 0;
    };
    struct Side {
        std::size_t channels = 0, height = 0, width = 0;
        std::size_t group = 0;           ///< channels of a group
        std::size_t channel_weight = 0;  ///< distance of the weights of two channels
        ImageBox box;                    ///< around what takes part
        bool is_whole = false;           ///< all of the box does
    };
    struct Step {
        std::size_t stride, dilation, pad, kernel;
    };

    static Axis axis(bool transposed, Step step, std::size_t begin, std::size_t end, std::size_t source_begin,
                     std::size_t source_end);
    void sort_sources(LaneList list);
    void mark_targets(LaneList list);
    void enter_group();
    void make_outputs();
    void make_terms(Places& places, const std::vector<Tap>& rows, const std::vector<Tap>& columns,
                    std::size_t origin) const;
    void choose_terms(const std::vector<Tap>& rows, const std::vector<Tap>& columns);

    const model::ConvolutionMap* map_;
    Side source_, target_;
    Axis rows_, columns_;
    std::size_t group_ = 0, row_ = 0, column_ = 0;  ///< of the next gather; row and column from the box's first
    std::size_t last_group_ = 0;
    std::size_t source_begin_ = 0, source_end_ = 0;  ///< channels of this group that are read, inside the group
    std::size_t target_begin_ = 0, target_end_ = 0;  ///< … written

    // Where not all of the box is read: for each of its pixels and each block of channels, those that are.
    std::size_t blocks_ = 0, block_size_ = 0;                ///< of a group
    std::vector<std::uint8_t> run_count_;                    ///< [row][column][group][block]
    std::vector<std::uint32_t> run_component_, run_weight_;  ///< … [block_size_], as Places has them
    std::vector<std::uint8_t> is_target_;                    ///< where not all of the box is written: which are

    std::vector<Places> kinds_;  ///< terms where all of the box is read, by kind of row and kind of column
    Places outputs_, chosen_;
    const Places* terms_ = nullptr;
    const double* weights_ = nullptr;
    std::size_t from_ = 0, to_ = 0;
};

}  // namespace sinew::bounds
