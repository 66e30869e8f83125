//! What a number is: its sign, its digits and where the decimal point stands.

use super::super::context::Fail;
use crate::kernel::List;
use std::cmp::Ordering;

/// A limb holds so many decimal digits.
pub(super) const LIMB_DIGITS: usize = 9;
/// One more than the largest limb.
pub(super) const BASE: u32 = 1_000_000_000;
/// 10 to the powers that fit into a limb.
pub(super) const TENS: [u32; LIMB_DIGITS + 1] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
    1_000_000_000,
];

/// A decimal number. The point stands between two limbs: the lowest `scale` digits, rounded up to whole limbs, are
/// the fraction, and digits below the scale are zero.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Number {
    pub(super) negative: bool,
    scale: usize,
    /// Lowest first. The highest one of the integer part is not zero; a fraction has all of its limbs.
    limbs: List<u32>,
}

/// Limbs of a fraction of so many digits.
pub(super) fn fraction_limbs(scale: usize) -> usize {
    scale.div_ceil(LIMB_DIGITS)
}

impl Number {
    /// The number with these limbs, whose fraction has `fraction` limbs, cut to `scale` digits behind the point.
    pub(super) fn from_limbs(
        negative: bool,
        mut limbs: List<u32>,
        fraction: usize,
        scale: usize,
    ) -> Self {
        let wanted = fraction_limbs(scale);
        if fraction > wanted {
            let dropped = (fraction - wanted).min(limbs.len());
            limbs.copy_within(dropped.., 0);
            limbs.resize(limbs.len() - dropped, &0);
        } else if fraction < wanted {
            let mut longer = List::new();
            longer.resize(wanted - fraction + limbs.len(), &0);
            longer[wanted - fraction..].copy_from_slice(&limbs);
            limbs = longer;
        }
        if let (Some(lowest), 1..) = (limbs.first_mut(), scale % LIMB_DIGITS) {
            *lowest -= *lowest % TENS[LIMB_DIGITS - scale % LIMB_DIGITS];
        }
        if limbs.len() < wanted {
            limbs.resize(wanted, &0);
        }
        let mut number = Self {
            negative,
            scale,
            limbs,
        };
        number.trim();
        number
    }

    /// Drops leading zeros; zero has no sign.
    fn trim(&mut self) {
        let fraction = fraction_limbs(self.scale);
        while self.limbs.len() > fraction && self.limbs.last() == Some(&0) {
            self.limbs.pop();
        }
        self.negative &= !self.is_zero();
    }

    pub(in super::super) fn is_zero(&self) -> bool {
        self.limbs.iter().all(|limb| *limb == 0)
    }

    pub(in super::super) fn is_negative(&self) -> bool {
        self.negative
    }

    /// Digits behind the point.
    pub(in super::super) fn scale(&self) -> usize {
        self.scale
    }

    pub(super) fn limbs(&self) -> &[u32] {
        &self.limbs
    }

    /// Limbs behind the point.
    pub(super) fn fraction(&self) -> usize {
        fraction_limbs(self.scale)
    }

    /// Limbs before the point.
    pub(super) fn integer(&self) -> &[u32] {
        &self.limbs[self.fraction()..]
    }

    /// Bytes that are charged to whoever keeps it, when they are too few to be charged here.
    pub(in super::super) fn small_bytes(&self) -> usize {
        (self.limbs.len() * size_of::<u32>()).min(256)
    }

    /// The same with the other sign.
    pub(in super::super) fn negated(mut self) -> Self {
        self.negative = !self.negative && !self.is_zero();
        self
    }

    /// The same with at most `scale` digits behind the point.
    pub(in super::super) fn truncated(self, scale: usize) -> Self {
        if scale >= self.scale {
            return self;
        }
        let fraction = self.fraction();
        Self::from_limbs(self.negative, self.limbs, fraction, scale)
    }

    /// The integer part, when it is small enough; `None` for negative numbers too.
    pub(in super::super) fn to_u64(&self) -> Option<u64> {
        if self.negative && self.integer().iter().any(|limb| *limb != 0) {
            return None;
        }
        let limbs = self.integer().iter().rev();
        limbs.copied().try_fold(0u64, |value, limb| {
            value.checked_mul(BASE.into())?.checked_add(limb.into())
        })
    }

    /// As [`Number::to_u64`], or says what is wrong.
    pub(in super::super) fn to_size(&self) -> Result<usize, Fail> {
        if self.negative {
            return Err(Fail::new("negative number"));
        }
        let small = self.to_u64().and_then(|value| usize::try_from(value).ok());
        small.ok_or_else(|| Fail::new("overflow"))
    }

    /// Whether nothing but zeros stands behind the point.
    pub(in super::super) fn is_whole(&self) -> bool {
        self.limbs[..self.fraction()].iter().all(|limb| *limb == 0)
    }

    /// Significant digits, as `length` counts them.
    pub(in super::super) fn length(&self) -> usize {
        match self.limbs.iter().rposition(|limb| *limb != 0) {
            None => 1,
            Some(at) => {
                let top = self.limbs[at].ilog10() as usize + 1;
                let unused = self.fraction() * LIMB_DIGITS - self.scale;
                let length = at * LIMB_DIGITS + top - unused;
                // Zeros between the point and the first other digit do not count.
                length.max(1)
            }
        }
    }

    /// By size, without the signs.
    pub(super) fn compare_size(&self, other: &Self) -> Ordering {
        let (left, right) = (self.integer(), other.integer());
        let order = left.len().cmp(&right.len());
        order.then_with(|| {
            let most = self.fraction().max(other.fraction()) + left.len();
            let left = self.limbs.iter().rev().copied();
            let right = other.limbs.iter().rev().copied();
            let zeros = std::iter::repeat(0);
            let left = left.chain(zeros.clone()).take(most);
            left.cmp(right.chain(zeros).take(most))
        })
    }

    /// By value.
    pub(in super::super) fn compare(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.compare_size(other),
            (true, true) => other.compare_size(self),
        }
    }
}

impl From<u64> for Number {
    fn from(mut value: u64) -> Self {
        let mut limbs = List::new();
        while value > 0 {
            limbs.push((value % u64::from(BASE)) as u32);
            value /= u64::from(BASE);
        }
        Self {
            negative: false,
            scale: 0,
            limbs,
        }
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Self {
        Self::from(value as u64)
    }
}

impl From<bool> for Number {
    fn from(value: bool) -> Self {
        Self::from(u64::from(value))
    }
}
