import torch
torch.set_default_dtype(torch.float64)
torch.manual_seed(15)

h = 5
params = {
    "W1": torch.randn(h, 1),
    "b1": torch.randn(h),
    "W2": torch.randn(1, h),
    "b2": torch.randn(1),
    "x": torch.randn(1),
}
y = torch.randn(1)

def loss(p):
    z = p["W1"] @ p["x"] + p["b1"]
    a = torch.relu(z)
    out = p["W2"] @ a + p["b2"] + p["x"]
    return 0.5 * ((out - y) ** 2).sum()

# autograd
leaf = {k: v.clone().requires_grad_(True) for k, v in params.items()}
loss(leaf).backward()

# analytical gradients from the definition of the derivative
def analytical(p, key, eps=1e-6):
    g = torch.zeros_like(p[key])
    flat = p[key].view(-1)
    for i in range(flat.numel()):
        old = flat[i].item()
        flat[i] = old + eps
        up = loss(p).item()
        flat[i] = old - eps
        down = loss(p).item()
        flat[i] = old
        g.view(-1)[i] = (up - down) / (2 * eps)
    return g

for k in params:
    ga = analytical(params, k)
    print(f"{k:3s} analytical vs autograd: max diff {(ga - leaf[k].grad).abs().max():.2e}")
