from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import grad_and_value


class Theta(NamedTuple):
    w1: Tensor  # (h,)
    b1: Tensor  # (h,)
    w2: Tensor  # (h,)
    b2: Tensor  # ()


def init(key: int, h: int) -> Theta:
    g = torch.Generator().manual_seed(key)
    normal = lambda *s: torch.randn(*s, generator=g, dtype=torch.float64)
    return Theta(normal(h), normal(h), normal(h), normal(()))


def predict(theta: Theta, x: Tensor) -> Tensor:
    return theta.w2 @ (theta.w1 * x + theta.b1).relu() + theta.b2 + x


def loss_fn(theta: Theta, x: Tensor, y: Tensor) -> Tensor:
    return (predict(theta, x) - y) ** 2 / 2


def closed_form(theta: Theta, x: Tensor, y: Tensor) -> tuple[Theta, Tensor]:
    w1, b1, w2, b2 = theta
    z = w1 * x + b1
    step = torch.heaviside(z, z.new_zeros(()))
    e = w2 @ (z * step) + b2 + x - y
    common = e * w2 * step
    return Theta(w1=common * x, b1=common, w2=e * z * step, b2=e), e + common @ w1


theta = init(7, h=10)
x, y = torch.tensor(0.9, dtype=torch.float64), torch.tensor(-1.3, dtype=torch.float64)

(auto_theta, auto_x), value = grad_and_value(loss_fn, argnums=(0, 1))(theta, x, y)
hand_theta, hand_x = closed_form(theta, x, y)

print("loss", value.item())
for name, a, m in zip(Theta._fields, auto_theta, hand_theta):
    torch.testing.assert_close(m, a)
    print(f"dL/d{name}: ok, max deviation {(m - a).abs().max():.2e}")
torch.testing.assert_close(hand_x, auto_x)
print(f"dL/dx : ok, max deviation {(hand_x - auto_x).abs():.2e}")
