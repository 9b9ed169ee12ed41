// SPDX-License-Identifier: Apache-2.0
// Weights: floats or doubles where these are exact (float32 weights always are), with the exact value beside where no
// double is. Copies share what they hold until one of them is changed.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "exact/rational.hpp"

namespace sinew::model {

/// The doubles of a NumberArray, read where they are stored. Valid as long as the array is neither changed nor gone.
class NearestNumbers {
  public:
    NearestNumbers() = default;
    NearestNumbers(const double* doubles, const float* floats, std::size_t size)
        : doubles_(doubles), floats_(floats), size_(size) {}

    double operator[](std::size_t index) const {
        return floats_ != nullptr ? static_cast<double>(floats_[index]) : doubles_[index];
    }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    /// Where they are stored as floats, else null.
    const float* floats() const { return floats_; }
    /// Where they are stored as doubles; of numbers that are stored as floats there is none (ContractBreach).
    const double* data() const {
        require(floats_ == nullptr, "these numbers are stored as doubles");
        return doubles_;
    }

    class Iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = double;
        using difference_type = std::ptrdiff_t;
        using pointer = const double*;
        using reference = double;
        Iterator() = default;
        Iterator(const NearestNumbers& numbers, std::size_t index)
            : doubles_(numbers.doubles_), floats_(numbers.floats_), index_(index) {}
        double operator*() const {
            return floats_ != nullptr ? static_cast<double>(floats_[index_]) : doubles_[index_];
        }
        Iterator& operator++() {
            ++index_;
            return *this;
        }
        Iterator operator++(int) {
            Iterator before = *this;
            ++index_;
            return before;
        }
        bool operator==(const Iterator& other) const { return index_ == other.index_; }

      private:
        const double* doubles_ = nullptr;
        const float* floats_ = nullptr;
        std::size_t index_ = 0;
    };
    Iterator begin() const { return {*this, 0}; }
    Iterator end() const { return {*this, size_}; }

  private:
    const double* doubles_ = nullptr;
    const float* floats_ = nullptr;
    std::size_t size_ = 0;
};

/// An array of exact numbers. nearest()[i] is the double nearest to exact(i): it differs by at most 2^-53·|nearest| +
/// 2^-1075, and is ±infinity beyond the range of doubles. 8 bytes a number, 4 where it was made of floats, and some 100
/// more for each that no double holds. A change makes floats doubles.
class NumberArray {
  public:
    NumberArray() = default;
    explicit NumberArray(std::size_t size) : NumberArray(std::vector<double>(size, 0.0)) {}
    explicit NumberArray(std::vector<double> exact_doubles) : data_(std::make_shared<Data>()) {
        data_->doubles = std::move(exact_doubles);
    }
    explicit NumberArray(std::vector<float> exact_floats) : data_(std::make_shared<Data>()) {
        data_->floats = std::move(exact_floats);
    }

    void push_back(const Rational& value) {
        own().doubles.push_back(0.0);
        set(data_->doubles.size() - 1, value);
    }
    /// A value that is this double exactly.
    void set_double(std::size_t index, double value) {
        Data& data = own();
        if (!data.inexact.empty()) data.inexact.erase(index);
        data.doubles[index] = value;
    }
    void set(std::size_t index, const Rational& value) {
        Data& data = own();
        data.inexact.erase(index);
        data.doubles[index] = to_nearest(value);
        if (!is_double(value)) data.inexact.emplace(index, value);
    }
    /// Stores the numbers as doubles, if they are floats.
    void widen() {
        if (data_ && !data_->floats.empty()) own();
    }

    std::size_t size() const { return data_ ? data_->doubles.size() + data_->floats.size() : 0; }
    NearestNumbers nearest() const {
        if (!data_) return {};
        return {data_->doubles.data(), data_->floats.empty() ? nullptr : data_->floats.data(), size()};
    }
    Rational exact(std::size_t index) const {
        if (!data_->inexact.empty()) {
            const auto found = data_->inexact.find(index);
            if (found != data_->inexact.end()) return found->second;
        }
        return Rational(nearest()[index]);
    }
    bool holds_double(std::size_t index) const { return all_doubles() || !data_->inexact.contains(index); }
    bool all_doubles() const { return !data_ || data_->inexact.empty(); }

  private:
    /// One of the vectors is empty. Numbers stored as floats are all exact.
    struct Data {
        std::vector<double> doubles;
        std::vector<float> floats;
        std::unordered_map<std::size_t, Rational> inexact;
    };

    /// Doubles that no other array shares.
    Data& own() {
        if (!data_) {
            data_ = std::make_shared<Data>();
        } else if (!data_->floats.empty()) {
            auto wide = std::make_shared<Data>();
            wide->doubles.assign(data_->floats.begin(), data_->floats.end());
            data_ = std::move(wide);
        } else if (data_.use_count() != 1) {
            data_ = std::make_shared<Data>(*data_);
        }
        return *data_;
    }

    std::shared_ptr<Data> data_;
};

}  // namespace sinew::model
