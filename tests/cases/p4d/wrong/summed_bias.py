import torch

def relu_backward(dout, z):
    dz = dout.clone()
    dz[z <= 0] = 0
    return dz

def layer_backward(dout, inp, W):
    """backward of out = inp @ W + b   (same function as in my numpy MNIST homework)"""
    dW = inp.T @ dout
    db = dout.sum()
    dinp = dout @ W.T
    return dW, db, dinp

def cmp(s, dt, t):
    ex = torch.all(dt == t.grad).item()
    app = torch.allclose(dt, t.grad)
    maxdiff = (dt - t.grad).abs().max().item()
    print(f'{s:15s} | exact: {str(ex):5s} | approximate: {str(app):5s} | maxdiff: {maxdiff}')

g = torch.Generator().manual_seed(2147483647)
n_hidden = 9
x = torch.randn((1, 1), generator=g)
W1 = torch.randn((1, n_hidden), generator=g)
b1 = torch.randn(n_hidden, generator=g)
W2 = torch.randn((n_hidden, 1), generator=g)
b2 = torch.randn(1, generator=g)
y = torch.randn((1, 1), generator=g)
for p in [x, W1, b1, W2, b2]:
    p.requires_grad = True

hpreact = x @ W1 + b1
hact = torch.relu(hpreact)
logits = hact @ W2 + b2 + x
loss = ((logits - y) ** 2).mean() / 2
loss.backward()

with torch.no_grad():
    dlogits = logits - y
    dW2, db2, dhact = layer_backward(dlogits, hact, W2)
    dhpreact = relu_backward(dhact, hpreact)
    dW1, db1, dx = layer_backward(dhpreact, x, W1)
    dx = dx + dlogits      # skip

cmp('W2', dW2, W2)
cmp('b2', db2, b2)
cmp('W1', dW1, W1)
cmp('b1', db1, b1)
cmp('x', dx, x)
