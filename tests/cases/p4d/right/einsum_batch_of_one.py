import torch
from torch import einsum

torch.manual_seed(14)
B, I, H, O = 1, 1, 11, 1          # batch, in, hidden, out

W1 = torch.randn(H, I, requires_grad=True)
b1 = torch.randn(1, H, requires_grad=True)
W2 = torch.randn(O, H, requires_grad=True)
b2 = torch.randn(1, O, requires_grad=True)
x = torch.randn(B, I, requires_grad=True)
y = torch.randn(B, O)

z1 = einsum('bi,hi->bh', x, W1) + b1
a1 = torch.nn.functional.relu(z1)
y_hat = einsum('bh,oh->bo', a1, W2) + b2 + x
L = 0.5 * einsum('bo,bo->', y_hat - y, y_hat - y)

L.backward()

with torch.no_grad():
    δ2 = y_hat - y
    δ1 = torch.where(z1 > 0, einsum('bo,oh->bh', δ2, W2), 0.)
    ana = dict(
        b2=einsum('bo->o', δ2)[None],
        W2=einsum('bo,bh->oh', δ2, a1),
        b1=einsum('bh->h', δ1)[None],
        W1=einsum('bh,bi->hi', δ1, x),
        x=δ2 + einsum('bh,hi->bi', δ1, W1),
    )

auto = {n: globals()[n].grad for n in ana}
print({n: f'{(ana[n] - auto[n]).abs().max():.1e}' for n in ana})
print('allclose', all(torch.allclose(ana[n], auto[n], atol=1e-5) for n in ana))
