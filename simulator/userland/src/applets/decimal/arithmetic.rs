//! Sums, products and quotients of numbers.

use super::super::context::Fail;
use super::limbs;
use super::number::{BASE, Number, fraction_limbs};
use crate::kernel::{List, Sys};
use std::cmp::Ordering;

/// `divide by zero`.
fn divided_by_zero() -> Fail {
    Fail::new("divide by zero")
}

impl Number {
    /// The limb that is worth `BASE` to the power of `at` less `fraction`.
    fn limb(&self, at: usize, fraction: usize) -> u32 {
        let at = at.checked_sub(fraction - self.fraction());
        at.and_then(|at| self.limbs().get(at)).copied().unwrap_or(0)
    }

    /// The sum; its scale is the greater one.
    pub(in super::super) async fn plus(&self, sys: &Sys, other: &Self) -> Self {
        let scale = self.scale().max(other.scale());
        let fraction = fraction_limbs(scale);
        let len = fraction + self.integer().len().max(other.integer().len()) + 1;
        let mut sum = List::new();
        sum.resize(len, &0);
        sys.burn(10 + 4 * len as u64).await;
        let same_sign = self.negative == other.negative;
        let (more, less) = match self.compare_size(other) {
            Ordering::Less if !same_sign => (other, self),
            _ => (self, other),
        };
        let mut carry = false;
        for (at, limb) in sum.iter_mut().enumerate() {
            let (a, b) = (more.limb(at, fraction), less.limb(at, fraction));
            let b = b + u32::from(carry);
            if same_sign {
                carry = a + b >= BASE;
                *limb = if carry { a + b - BASE } else { a + b };
            } else {
                carry = a < b;
                *limb = if carry { a + BASE - b } else { a - b };
            }
        }
        Self::from_limbs(more.negative, sum, fraction, scale)
    }

    /// The difference; its scale is the greater one.
    pub(in super::super) async fn minus(&self, sys: &Sys, other: &Self) -> Self {
        self.plus(sys, &other.clone().negated()).await
    }

    /// The whole product.
    pub(super) async fn exact_product(&self, sys: &Sys, other: &Self) -> Self {
        let product = limbs::multiply(sys, self.limbs(), other.limbs()).await;
        let fraction = self.fraction() + other.fraction();
        let scale = self.scale() + other.scale();
        Self::from_limbs(self.negative != other.negative, product, fraction, scale)
    }

    /// The product with at most `scale` digits behind the point, or as many as an operand has.
    pub(in super::super) async fn times(&self, sys: &Sys, other: &Self, scale: usize) -> Self {
        let scale = scale.max(self.scale()).max(other.scale());
        self.exact_product(sys, other).await.truncated(scale)
    }

    /// The quotient with `scale` digits behind the point.
    pub(in super::super) async fn divided(
        &self,
        sys: &Sys,
        by: &Self,
        scale: usize,
    ) -> Result<Self, Fail> {
        if by.is_zero() {
            return Err(divided_by_zero());
        }
        // Limbs that the quotient's fraction has when none is put below the dividend or taken off it.
        let wanted = fraction_limbs(scale) + by.fraction();
        let own = self.fraction();
        let (below, off) = (wanted.saturating_sub(own), own.saturating_sub(wanted));
        let kept = self.limbs().get(off..).unwrap_or_default();
        let mut dividend = List::new();
        dividend.resize(below + kept.len(), &0);
        dividend[below..].copy_from_slice(kept);
        sys.burn(20 + dividend.len() as u64).await;
        let quotient = limbs::divide(sys, dividend, by.limbs()).await;
        let negative = self.negative != by.negative;
        let fraction = fraction_limbs(scale);
        Ok(Self::from_limbs(negative, quotient, fraction, scale))
    }

    /// The quotient as [`Number::divided`] gives it, and what is left of the dividend.
    pub(in super::super) async fn divided_with_rest(
        &self,
        sys: &Sys,
        by: &Self,
        scale: usize,
    ) -> Result<(Self, Self), Fail> {
        let quotient = self.divided(sys, by, scale).await?;
        let product = quotient.exact_product(sys, by).await;
        let scale = self.scale().max(scale + by.scale());
        let rest = self.minus(sys, &product).await;
        Ok((quotient, rest.truncated(scale)))
    }
}
