import torch

torch.manual_seed(15)
h = 6
x = torch.randn(1, requires_grad=True); y = torch.randn(1)
W1 = torch.randn(h, 1, requires_grad=True); b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True); b2 = torch.randn(1, requires_grad=True)

z1 = W1 @ x + b1
a1 = torch.relu(z1)
yhat = W2 @ a1 + b2 + x
loss = torch.abs(yhat - y)
loss.backward()

W1d, W2d, xd = W1.detach(), W2.detach(), x.detach()
sgn = torch.sign(yhat - y).detach()
s = (z1 > 0).float()
man = {}
man["b2"] = sgn
man["W2"] = (sgn * a1.detach()).reshape(1, h)
man["b1"] = sgn * W2d.reshape(h) * s
man["W1"] = (man["b1"] * xd).reshape(h, 1)
man["x"] = sgn + (man["b1"] * W1d.reshape(h)).sum()

for k, v in man.items():
    g = eval(k).grad
    print(k, "OK" if torch.allclose(v, g, atol=1e-6) else "WRONG", float((v - g).abs().max()))
