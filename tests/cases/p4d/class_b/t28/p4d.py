# Problem 4(d)  --  check of the gradients from 4(b)
#
# In index notation (repeated k is summed):
#     z_k  = w_k x + b_k ,   a_k = max(0, z_k) ,   f = v_k a_k + c + x
#     L    = ε²/2 ,          ε   = f - y
#
#     ∂L/∂c   = ε
#     ∂L/∂v_k = ε a_k
#     ∂L/∂b_k = ε v_k θ(z_k)
#     ∂L/∂w_k = ε v_k θ(z_k) x
#     ∂L/∂x   = ε (1 + v_k θ(z_k) w_k)
#
# (my w = W1, b = b1, v = W2, c = b2)

import torch
from torch import einsum

torch.set_default_dtype(torch.float64)
torch.manual_seed(1905)

N = 6
w = torch.randn(N)
b = torch.randn(N)
v = torch.randn(N)
c = torch.tensor(0.37)
x = torch.tensor(-0.81)
y = torch.tensor(1.60)
for q in (w, b, v, c, x):
    q.requires_grad_()

θ = lambda u: torch.heaviside(u.detach(), torch.zeros(()))

def fields():
    z = w * x + b
    a = z * θ(z)                        # = max(0, z)
    return z, a, einsum('k,k->', v, a) + c + x

# --- machine
z, a, f = fields()
L = (f - y)**2 / 2
G = torch.autograd.grad(L, (c, v, b, w, x))

# --- pencil and paper
with torch.no_grad():
    z, a, f = fields()
    ε = f - y
    δ = ε * v * θ(z)
    g = (ε, ε*a, δ, δ*x, ε + einsum('k,k', δ, w))

print(f"L = {L.item():.6f}, open gates {int(θ(z).sum())}/{N}")
for name, mine, theirs in zip(['c  (b2)', 'v  (W2)', 'b  (b1)', 'w  (W1)', 'x      '], g, G):
    rel = (mine - theirs).norm() / theirs.norm()
    print(f"dL/d{name}   |pen - machine|/|machine| = {rel:.1e}")

# Discussion: agreement at the level of double-precision rounding (1e-16).  The
# first term of dL/dx is the skip: it survives even if every gate θ is closed.
