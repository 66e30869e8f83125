//! Powers and roots.

use super::super::context::Fail;
use super::limbs;
use super::number::{BASE, Number, fraction_limbs};
use crate::kernel::{List, Sys};

impl Number {
    fn whole_exponent(&self) -> Result<u64, Fail> {
        if !self.is_whole() {
            return Err(Fail::new("not an integer"));
        }
        let size = self.clone().truncated(0);
        let size = if size.negative { size.negated() } else { size };
        size.to_u64().ok_or_else(|| Fail::new("overflow"))
    }

    /// The power to a whole exponent.
    pub(in super::super) async fn to_the(
        &self,
        sys: &Sys,
        exponent: &Self,
        scale: usize,
    ) -> Result<Self, Fail> {
        let count = exponent.whole_exponent()?;
        if count == 0 {
            return Ok(Self::from(true));
        }
        if self.is_zero() {
            return Ok(Self::default());
        }
        let power = self.whole_power(sys, count).await;
        if exponent.negative {
            return Self::from(true).divided(sys, &power, scale).await;
        }
        Ok(power.truncated(scale.max(self.scale())))
    }

    async fn whole_power(&self, sys: &Sys, mut count: u64) -> Self {
        let mut square = self.clone();
        while count.is_multiple_of(2) {
            square = square.exact_product(sys, &square).await;
            count /= 2;
        }
        let mut power = square.clone();
        count /= 2;
        while count > 0 {
            square = square.exact_product(sys, &square).await;
            if count % 2 == 1 {
                power = power.exact_product(sys, &square).await;
            }
            count /= 2;
        }
        power
    }

    /// The power to `exponent`, less all multiples of `modulus`.
    pub(in super::super) async fn to_the_modulo(
        &self,
        sys: &Sys,
        exponent: &Self,
        modulus: &Self,
    ) -> Result<Self, Fail> {
        if !self.is_whole() || !exponent.is_whole() || !modulus.is_whole() {
            return Err(Fail::new("not an integer"));
        }
        if exponent.negative {
            return Err(Fail::new("negative number"));
        }
        let two = Self::from(2usize);
        let mut power = Self::from(true);
        let mut square = self.divided_with_rest(sys, modulus, 0).await?.1;
        let mut exponent = exponent.clone().truncated(0);
        while !exponent.is_zero() {
            let (half, odd) = exponent.divided_with_rest(sys, &two, 0).await?;
            if !odd.is_zero() {
                power = power.exact_product(sys, &square).await;
                power = power.divided_with_rest(sys, modulus, 0).await?.1;
            }
            square = square.exact_product(sys, &square).await;
            square = square.divided_with_rest(sys, modulus, 0).await?.1;
            exponent = half;
        }
        Ok(power.truncated(0))
    }

    /// The square root with `scale` digits behind the point, or as many as the number has.
    pub(in super::super) async fn root(&self, sys: &Sys, scale: usize) -> Result<Self, Fail> {
        if self.negative {
            return Err(Fail::new("negative number"));
        }
        let scale = scale.max(self.scale());
        if self.is_zero() {
            return Ok(Self::default());
        }
        // The whole number whose root's limbs are those of the root.
        let fraction = fraction_limbs(scale);
        let below = 2 * fraction - self.fraction();
        let mut square = List::new();
        square.resize(below + self.limbs().len(), &0);
        square[below..].copy_from_slice(self.limbs());
        let root = whole_root(sys, &square).await;
        Ok(Self::from_limbs(false, root, fraction, scale))
    }
}

/// The root, rounded down: Newton's method from above.
async fn whole_root(sys: &Sys, square: &List<u32>) -> List<u32> {
    let digits = limbs::significant(square);
    // The highest limbs, an even number of the others staying behind.
    let below = (digits.len().saturating_sub(1)) / 2 * 2;
    let top = digits[below..].iter().rev();
    let top = top.fold(0u64, |value, limb| {
        value * u64::from(BASE) + u64::from(*limb)
    });
    let mut root = List::new();
    root.resize(below / 2 + 2, &0);
    let first = top.isqrt() + 1;
    root[below / 2] = (first % u64::from(BASE)) as u32;
    root[below / 2 + 1] = (first / u64::from(BASE)) as u32;
    loop {
        let mut next = limbs::divide(sys, square.clone(), &root).await;
        next.resize(root.len().max(next.len()) + 1, &0);
        let mut carry = 0;
        for (at, limb) in next.iter_mut().enumerate() {
            let sum = *limb + root.get(at).copied().unwrap_or(0) + carry;
            carry = u32::from(sum >= BASE);
            *limb = sum - carry * BASE;
        }
        limbs::divide_small(&mut next, 2);
        sys.burn(20 + 8 * next.len() as u64).await;
        let (new, old) = (limbs::significant(&next), limbs::significant(&root));
        let smaller = match new.len().cmp(&old.len()) {
            std::cmp::Ordering::Equal => new.iter().rev().lt(old.iter().rev()),
            order => order.is_lt(),
        };
        if !smaller {
            return root;
        }
        root = next;
    }
}
